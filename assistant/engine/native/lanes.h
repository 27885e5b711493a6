// Sixteen floats at a time, by the compiler's vector extension: the same operations in the same
// order whatever the CPU's own width, so that every CPU computes the same bits. Products and sums
// are kept apart (-ffp-contract=off) for the same reason. NATIVE_TARGET must be set before: GCC cuts
// wide vectors up for a function's own target before it inlines it.
#pragma once

#include "kernels.h"

namespace native {
namespace {

constexpr int LANES = 16;

// Before a loop over rows beside each other, so that what is kept of each stays in a register.
#ifdef __clang__
#define NATIVE_UNROLLED _Pragma("unroll")
#else
#define NATIVE_UNROLLED _Pragma("GCC unroll 8")
#endif

typedef float Lanes __attribute__((vector_size(64)));
typedef int32_t Whole __attribute__((vector_size(64)));
typedef double Doubles __attribute__((vector_size(64)));

// Vectors only ever live inside functions, so no calling convention matters.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

NATIVE_TARGET NATIVE_INLINE Lanes all(float v) {
    return Lanes{v, v, v, v, v, v, v, v, v, v, v, v, v, v, v, v};
}

NATIVE_TARGET NATIVE_INLINE Lanes load(const float* at) {
    Lanes v;
    __builtin_memcpy(&v, at, sizeof v);
    return v;
}

NATIVE_TARGET NATIVE_INLINE Whole load(const int32_t* at) {
    Whole v;
    __builtin_memcpy(&v, at, sizeof v);
    return v;
}

NATIVE_TARGET NATIVE_INLINE void store(float* at, Lanes v) { __builtin_memcpy(at, &v, sizeof v); }

// The first n < 16 floats, zeros after them.
NATIVE_TARGET NATIVE_INLINE Lanes load_some(const float* at, int n) {
    float part[LANES] = {};
    for (int i = 0; i < n; ++i) part[i] = at[i];
    return load(part);
}

NATIVE_TARGET NATIVE_INLINE void store_some(float* at, Lanes v, int n) {
    float part[LANES];
    store(part, v);
    for (int i = 0; i < n; ++i) at[i] = part[i];
}

NATIVE_TARGET NATIVE_INLINE Lanes larger(Lanes a, Lanes b) {
#if NATIVE_FUSED == 512
    return (Lanes)_mm512_max_ps((__m512)a, (__m512)b);
#else
    return a > b ? a : b;
#endif
}

NATIVE_TARGET NATIVE_INLINE Lanes magnitude(Lanes v) { return (Lanes)((Whole)v & 0x7fffffff); }

NATIVE_TARGET NATIVE_INLINE Lanes floats(Whole v) { return __builtin_convertvector(v, Lanes); }

// To the nearest whole number, halves to even, for |v| < 2^22: adding 1.5 * 2^23 leaves no bits
// after the point.
constexpr float WHOLE = 12582912.0f;

NATIVE_TARGET NATIVE_INLINE Lanes nearest(Lanes v) { return (v + WHOLE) - WHOLE; }

NATIVE_TARGET NATIVE_INLINE Lanes halves_exchanged(Lanes v) {
    float part[LANES];
    store(part, v);
    Lanes turned;
    __builtin_memcpy(&turned, part + LANES / 2, sizeof turned / 2);
    __builtin_memcpy(reinterpret_cast<float*>(&turned) + LANES / 2, part, sizeof turned / 2);
    return turned;
}

NATIVE_TARGET NATIVE_INLINE float total(Lanes v) {
    float part[LANES];
    store(part, v);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; ++i) part[i] += part[i + width];
    return part[0];
}

NATIVE_TARGET NATIVE_INLINE float largest(Lanes v) {
#if NATIVE_FUSED == 512
    return _mm512_reduce_max_ps((__m512)v);
#else
    float part[LANES];
    store(part, v);
    for (int width = LANES / 2; width > 0; width /= 2)
        for (int i = 0; i < width; ++i)
            part[i] = part[i] > part[i + width] ? part[i] : part[i + width];
    return part[0];
#endif
}

NATIVE_TARGET NATIVE_INLINE Doubles none() { return Doubles{0, 0, 0, 0, 0, 0, 0, 0}; }

NATIVE_TARGET NATIVE_INLINE Doubles widened(const float* at) {
    typedef float Half __attribute__((vector_size(32)));
    Half v;
    __builtin_memcpy(&v, at, sizeof v);
    return __builtin_convertvector(v, Doubles);
}

NATIVE_TARGET NATIVE_INLINE void store(double* at, Lanes v) {
#if NATIVE_FUSED == 512
    _mm512_storeu_pd(at, _mm512_cvtps_pd(_mm512_castps512_ps256((__m512)v)));
    _mm512_storeu_pd(at + 8, _mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)v, 1)));
#else
    float part[LANES];
    store(part, v);
    const Doubles low = widened(part), high = widened(part + 8);
    __builtin_memcpy(at, &low, sizeof low);
    __builtin_memcpy(at + 8, &high, sizeof high);
#endif
}

// Sixteen doubles, in parts that a register holds: GCC leaves wider vectors that are summed in memory.
#if NATIVE_FUSED == 512
typedef __m512d Part;
#elif NATIVE_FUSED == 256
typedef __m256d Part;
#else
typedef double Part __attribute__((vector_size(16)));
#endif
constexpr int PART = sizeof(Part) / sizeof(double), PARTS = LANES / PART;

// sum + one * what is there, of a float and floats widened: their product is exact, so that whether
// the CPU fuses it with the addition makes no difference.
NATIVE_TARGET NATIVE_INLINE Part multiply_add(double one, const double* at, Part sum) {
#if NATIVE_FUSED == 512
    return _mm512_fmadd_pd(_mm512_set1_pd(one), _mm512_loadu_pd(at), sum);
#elif NATIVE_FUSED == 256
    return _mm256_fmadd_pd(_mm256_set1_pd(one), _mm256_loadu_pd(at), sum);
#else
    Part v;
    __builtin_memcpy(&v, at, sizeof v);
    return sum + one * v;
#endif
}

NATIVE_TARGET NATIVE_INLINE Part part(const double* at) {
    Part v;
    __builtin_memcpy(&v, at, sizeof v);
    return v;
}

// Rounds to float.
NATIVE_TARGET NATIVE_INLINE void narrow(float* to, Part v) {
#if NATIVE_FUSED == 512
    _mm256_storeu_ps(to, _mm512_cvtpd_ps(v));
#elif NATIVE_FUSED == 256
    _mm_storeu_ps(to, _mm256_cvtpd_ps(v));
#else
    for (int i = 0; i < PART; ++i) to[i] = static_cast<float>(v[i]);
#endif
}

typedef float Four __attribute__((vector_size(16)));

// The first n floats, zeros after them.
NATIVE_TARGET NATIVE_INLINE Four load_four(const float* at, int n) {
    Four v = {};
    if (n >= 4)
        __builtin_memcpy(&v, at, sizeof v);
    else
        for (int i = 0; i < n; ++i) v[i] = at[i];
    return v;
}

NATIVE_TARGET NATIVE_INLINE void store(double* at, Four v) {
#if NATIVE_FUSED
    _mm256_storeu_pd(at, _mm256_cvtps_pd(v));
#else
    for (int i = 0; i < 4; ++i) at[i] = v[i];
#endif
}

// Exchanges rows and columns.
NATIVE_TARGET NATIVE_INLINE void exchange(Four (&v)[4]) {
#if NATIVE_FUSED
    _MM_TRANSPOSE4_PS(v[0], v[1], v[2], v[3]);
#else
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < i; ++j) {
            const float one = v[i][j];
            v[i][j] = v[j][i], v[j][i] = one;
        }
#endif
}

// Each of four quads COPIES times.
template <int COPIES>
NATIVE_TARGET NATIVE_INLINE void put_copies(int8_t* to, Four quads) {
#if NATIVE_FUSED
    auto put = [](int8_t* at, __m128 v) NATIVE_TARGET {
        _mm_storeu_ps(reinterpret_cast<float*>(at), v);
    };
    if constexpr (COPIES == 1) {
        put(to, quads);
    } else if constexpr (COPIES == 2) {
        put(to, _mm_unpacklo_ps(quads, quads)), put(to + 16, _mm_unpackhi_ps(quads, quads));
    } else {
        put(to, _mm_shuffle_ps(quads, quads, 0x00)), put(to + 16, _mm_shuffle_ps(quads, quads, 0x55));
        put(to + 32, _mm_shuffle_ps(quads, quads, 0xaa));
        put(to + 48, _mm_shuffle_ps(quads, quads, 0xff));
    }
#else
    const auto* from = reinterpret_cast<const int8_t*>(&quads);
    for (int i = 0; i < 4; ++i)
        for (int copy = 0; copy < COPIES; ++copy, to += QUAD)
            __builtin_memcpy(to, from + i * QUAD, QUAD);
#endif
}

// Vectors that the same is done to, step by step beside each other: one alone would wait for each of
// its steps, and the next one is too many instructions away for the CPU to have begun it.
#if NATIVE_FUSED == 512
constexpr int BESIDE = 4;
constexpr int ABREAST = 8;  // sums of attend, of a row each
#else
constexpr int BESIDE = 1;  // there are no registers for more
constexpr int ABREAST = 3;
#endif

// e^v for v <= 0 by e^v = 2^n e^r, |r| <= ln 2 / 2, and Cephes' polynomial (expf, error below 1e-7).
template <int N>
NATIVE_TARGET NATIVE_INLINE void exponential(Lanes (&v)[N]) {
    constexpr float series[] = {1.3981999507e-3f, 8.3334519073e-3f, 4.1665795894e-2f,
                                1.6666665459e-1f, 5.0000001201e-1f};
    Lanes whole[N], n[N], r[N], p[N];
    for (int i = 0; i < N; ++i) v[i] = larger(all(-87.0f), v[i]);
    for (int i = 0; i < N; ++i) whole[i] = v[i] * 1.44269504088896341f + WHOLE;
    for (int i = 0; i < N; ++i) n[i] = whole[i] - WHOLE;
    for (int i = 0; i < N; ++i) r[i] = (v[i] - n[i] * 0.693359375f) - n[i] * -2.12194440e-4f;
    for (int i = 0; i < N; ++i) p[i] = all(1.9875691500e-4f);
    for (const float next : series)
        for (int i = 0; i < N; ++i) p[i] = p[i] * r[i] + next;
    for (int i = 0; i < N; ++i) p[i] = p[i] * r[i] * r[i] + r[i] + 1.0f;
    // 2^n added to the exponent: the last bits of `whole` are n, and p is never below the normal.
    for (int i = 0; i < N; ++i) v[i] = (Lanes)((Whole)p[i] + ((Whole)whole[i] << 23));
}

// x times the normal distribution up to x; erf by Abramowitz and Stegun 7.1.26 (error < 1.5e-7).
template <int N>
NATIVE_TARGET NATIVE_INLINE void gelu(Lanes (&x)[N]) {
    const Whole sign = (Whole)all(-0.0f);
    Lanes power[N], t[N], series[N], z[N];
    for (int i = 0; i < N; ++i) z[i] = magnitude(x[i]) * 0.7071067811865476f;
    for (int i = 0; i < N; ++i) t[i] = 1.0f / (1.0f + 0.3275911f * z[i]);
    for (int i = 0; i < N; ++i) power[i] = -(z[i] * z[i]);
    exponential(power);
    for (int i = 0; i < N; ++i) series[i] = 1.061405429f * t[i] - 1.453152027f;
    for (int i = 0; i < N; ++i) series[i] = series[i] * t[i] + 1.421413741f;
    for (int i = 0; i < N; ++i) series[i] = series[i] * t[i] - 0.284496736f;
    for (int i = 0; i < N; ++i) series[i] = series[i] * t[i] + 0.254829592f;
    for (int i = 0; i < N; ++i) {
        const Lanes erf = 1.0f - series[i] * t[i] * power[i];
        const Lanes part = (Lanes)((Whole)erf ^ ((Whole)x[i] & sign));
        x[i] = 0.5f * x[i] * (1.0f + part);
    }
}

}  // namespace
}  // namespace native
