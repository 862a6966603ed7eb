// Only the calls that the suite makes: cblas.h is found through pkg-config.
#include <cblas.h>
