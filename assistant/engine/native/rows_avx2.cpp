// Rows in vectors of eight.
#include "kernels.h"

#ifdef NATIVE_X86
#include <immintrin.h>

#define NATIVE_FUSED 256
#define NATIVE_TARGET __attribute__((target("avx2,fma")))
#include "rows_body.h"

namespace native {
Rows rows_avx2() { return table("avx2"); }
}  // namespace native
#endif
