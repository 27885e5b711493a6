// AMX-INT8: tiles of 16 rows by 64 bytes. NATIVE_MODELS puts a model in C++ in the place of the
// instructions, so that the walk over the tiles is tested on CPUs that lack them.
#include "kernels.h"

#if defined(NATIVE_X86) && defined(__linux__) && (__GNUC__ >= 11 || __clang_major__ >= 12)
#define NATIVE_AMX 1
#endif

#ifdef NATIVE_X86

#ifdef NATIVE_MODELS
#include "amx_model.h"
#define NATIVE_AMX_TARGET
#elif defined(NATIVE_AMX)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>
#define NATIVE_AMX_TARGET __attribute__((target("amx-tile,amx-int8")))
#endif

namespace native {

#if defined(NATIVE_AMX) || defined(NATIVE_MODELS)

namespace {

// The headers do not say that loading a tile reads memory, so what was written must be held back.
inline void written() { asm volatile("" ::: "memory"); }

struct alignas(64) Shapes {  // the layout of ldtilecfg, palette 1
    uint8_t palette = 1, start_row = 0, reserved[14] = {};
    uint16_t bytes[16] = {};
    uint8_t rows[16] = {};
};

// Tiles 0-3: sums (upper and lower rows x left and right channels); 4, 5: rows; 6, 7: weights.
NATIVE_AMX_TARGET void shape(int upper, int lower) {
    Shapes told;
    const int rows[8] = {upper, upper, lower, lower, upper, lower, 16, 16};
    for (int tile = 0; tile < 8; ++tile) {
        told.rows[tile] = static_cast<uint8_t>(rows[tile]);
        told.bytes[tile] = rows[tile] ? 64 : 0;
    }
    written();
    _tile_loadconfig(&told);
}

thread_local int shaped = 0;  // rows the tiles of this thread are set for

NATIVE_AMX_TARGET void sums(const int8_t* x, std::ptrdiff_t stride, int rows, const int8_t* panel,
                            int depth, const int32_t* start, const int8_t* ahead, int32_t* out) {
    const int upper = rows < 16 ? rows : 16, lower = rows - upper;
    if (shaped != rows) shape(upper, lower), shaped = rows;
    for (int r = 0; r < rows; ++r)
        __builtin_memcpy(out + r * PANEL, start, PANEL * sizeof *out);
    constexpr int line = PANEL * QUAD, wide = PANEL * sizeof(int32_t);
    const int8_t* under = x + 16 * stride;
    written();
    _tile_loadd(0, out, wide);
    _tile_loadd(1, out + 16, wide);
    if (lower) {
        _tile_loadd(2, out + 16 * PANEL, wide);
        _tile_loadd(3, out + 16 * PANEL + 16, wide);
    }
    for (int k = 0; k < depth; k += STEP, panel += STEP * PANEL) {
        for (int line = 0; line < STEP * PANEL; line += 64, ahead += 64)
            __builtin_prefetch(ahead, 0, 2);
        _tile_loadd(6, panel, line);
        _tile_loadd(7, panel + 64, line);
        _tile_loadd(4, x + k, stride);
        _tile_dpbssd(0, 4, 6);
        _tile_dpbssd(1, 4, 7);
        if (!lower) continue;
        _tile_loadd(5, under + k, stride);
        _tile_dpbssd(2, 5, 6);
        _tile_dpbssd(3, 5, 7);
    }
    _tile_stored(0, out, wide);
    _tile_stored(1, out + 16, wide);
    if (!lower) return;
    _tile_stored(2, out + 16 * PANEL, wide);
    _tile_stored(3, out + 16 * PANEL + 16, wide);
}

// Tiles in use make every switch of the thread save them.
NATIVE_AMX_TARGET void leave() {
    if (shaped) _tile_release(), shaped = 0;
}

}  // namespace

Kernel amx() { return {"amx", false, sums, leave}; }

#ifdef NATIVE_MODELS
bool has_amx() { return true; }
#else
bool has_amx() {
    constexpr int request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM
    unsigned a = 0, b = 0, c = 0, d = 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
    const bool tiles = d >> 24 & 1, int8 = d >> 25 & 1;
    return tiles && int8 && has_avx512vnni() &&
           syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}
#endif

#else
Kernel amx() { return avx512vnni(); }
bool has_amx() { return false; }
#endif

}  // namespace native

#endif
