"""Footing: where should your multimodal AI run, in the cloud, on your own hardware, or both?

The layers, top to bottom; each knows only those below it (import-linter checks that):

    cli, main                         assembling: the command line, the web application
    web                               HTTP in, HTML out
    services                          one function per thing a person can do, and who may
    persistence, reference, reports,  SQL; dated facts; charts and files;
      blueprints                      infrastructure code, from whole files and checked values
    domain                            the reasoning: values in, values out
"""

__version__ = "0.1.0"
