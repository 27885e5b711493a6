// Rows in vectors of sixteen.
#include "kernels.h"

#ifdef NATIVE_X86
#include <immintrin.h>

#define NATIVE_FUSED 512
#define NATIVE_TARGET __attribute__((target("avx512f,fma,avx512bw,avx512vl,avx512dq")))
#include "rows_body.h"

namespace native {
Rows rows_avx512() { return table("avx512"); }
}  // namespace native
#endif
