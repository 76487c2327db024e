complete --keep-order --exclusive --command authctl --arguments "(AUTHCTL_COMPLETE=fish authctl -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
