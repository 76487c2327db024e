"""Gets a subject token as Google's library does it: from the executable, or from the file that it has left.

subject_token.py CONFIGURATION
"""
import sys

import google.auth.transport.requests
from google.auth import exceptions, pluggable

credentials = pluggable.Credentials.from_file(sys.argv[1])
try:
    print(credentials.retrieve_subject_token(google.auth.transport.requests.Request()))
except exceptions.RefreshError as error:
    print(f"refused: {error}", file=sys.stderr)
    sys.exit(1)
