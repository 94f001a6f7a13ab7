"""Training of the local scorer: labelled rows in, a model folder with its card out. Needs the extra
`train`."""
