// The calls of MPI are in CMPI: most of its names are macros, which Swift does not import. This module has its flags.
#pragma once
