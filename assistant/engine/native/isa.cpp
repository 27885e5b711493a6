// Which kernels this CPU has.
#include <algorithm>
#include <stdexcept>

#include "encoder.h"

namespace native {
namespace {

struct Choice {
    const char* name;
    bool (*here)();
    Kernel (*kernel)();
    SparseKernel (*sparse)();
    Rows (*rows)();
};

bool always() { return true; }

struct Draws {
    uint32_t state = 1;
    int operator()() { return state = state * 1664525u + 1013904223u, int(state >> 24) - 128; }
};

// A kernel is only used after it has computed what the portable one does, on this very CPU.
bool proves(const Kernel& kernel) {
    constexpr int rows = 21, depth = 2 * STEP;
    alignas(64) int8_t x[rows * depth], shifted[rows * depth], panel[depth * PANEL];
    int32_t none[PANEL] = {}, start[PANEL] = {}, wanted[rows * PANEL], found[rows * PANEL];
    Draws draw;
    for (int i = 0; i < rows * depth; ++i) {
        x[i] = static_cast<int8_t>(std::max(draw(), -127));
        shifted[i] = static_cast<int8_t>(x[i] + (kernel.unsigned_rows ? 128 : 0));
    }
    for (int i = 0; i < depth * PANEL; ++i) {
        panel[i] = static_cast<int8_t>(draw());
        if (kernel.unsigned_rows) start[i / QUAD % PANEL] -= 128 * panel[i];
    }
    portable().sums(x, depth, rows, panel, depth, none, panel, wanted);
    kernel.sums(shifted, depth, rows, panel, depth, start, panel, found);
    if (kernel.leave) kernel.leave();
    return std::equal(wanted, wanted + rows * PANEL, found);
}

// The same of a sparse kernel, by so many rows: every third block of a panel is kept.
template <int R>
bool proves(const SparseKernel& kernel, SparseSums sums, int rows) {
    constexpr int quads = 20, blocks = (quads + 2) / 3 * PANEL / R;
    constexpr int parts = TILE / 4 + 2;  // lines of a quad at most, where one holds four rows
    alignas(64) int8_t lines[parts * quads * 64] = {}, weights[blocks][R][QUAD];
    int8_t x[TILE][quads][QUAD];
    uint16_t places[blocks];
    int32_t counts[PANEL / R], start[PANEL] = {}, wanted[TILE][PANEL] = {}, found[TILE][PANEL];
    Draws draw;
    const std::ptrdiff_t apart = static_cast<std::ptrdiff_t>(quads) * kernel.line;
    const int shift = kernel.unsigned_rows ? 128 : 0;
    for (int r = 0; r < rows; ++r)
        for (int q = 0; q < quads; ++q) {
            const Spot at = spot(r, rows, kernel.lanes());
            int8_t* part = lines + at.line * apart + q * kernel.line + at.part * at.copies * QUAD;
            for (int i = 0; i < QUAD; ++i) {
                x[r][q][i] = static_cast<int8_t>(std::max(draw(), -127));
                for (int copy = 0; copy < at.copies; ++copy)
                    part[copy * QUAD + i] = static_cast<int8_t>(x[r][q][i] + shift);
            }
        }
    int k = 0;
    for (int g = 0; g < PANEL / R; ++g) {
        counts[g] = 0;
        for (int q = g % 3; q < quads; q += 3, ++k, ++counts[g]) {
            places[k] = static_cast<uint16_t>(q);
            for (int c = 0; c < R; ++c)
                for (int i = 0; i < QUAD; ++i) {
                    const int w = draw(), channel = g * R + c;
                    weights[k][c][i] = static_cast<int8_t>(w), start[channel] -= shift * w;
                    for (int r = 0; r < rows; ++r) wanted[r][channel] += x[r][q][i] * w;
                }
        }
    }
    sums(lines, apart, rows, {weights[0][0], places, counts}, start, weights[0][0], found[0]);
    return std::equal(wanted[0], wanted[0] + rows * PANEL, found[0]);
}

// By numbers of rows that lay them beside each other in every way.
bool proves(const SparseKernel& kernel) {
    for (const int rows : {TILE, 23, 18, 3})
        if (!proves<4>(kernel, kernel.four, rows) || !proves<8>(kernel, kernel.eight, rows))
            return false;
    return true;
}

bool proves(const Choice& choice) { return proves(choice.kernel()) && proves(choice.sparse()); }

// The best first.
const Choice choices[] = {
#ifdef NATIVE_X86
    {"amx", has_amx, amx, sparse_avx512, rows_avx512},
    {"avx512vnni", has_avx512vnni, avx512vnni, sparse_avx512, rows_avx512},
    {"avxvnni", has_avxvnni, avxvnni, sparse_avxvnni, rows_avx2},
    {"avx2", has_avx2, avx2, sparse_avx2, rows_avx2},
#endif
#ifdef NATIVE_ARM
    {"neon", has_neon, neon, sparse_neon, rows_plain},
#endif
    {"portable", always, portable, sparse_plain, rows_plain},
};

}  // namespace

std::vector<std::string> isas() {
    std::vector<std::string> found;
    for (const Choice& choice : choices)
        if (choice.here() && proves(choice)) found.emplace_back(choice.name);
    return found;
}

Isa isa(const std::string& name, bool proven) {
    for (const Choice& choice : choices)
        if ((name.empty() || name == choice.name) && choice.here() && (proven || proves(choice)))
            return {choice.kernel(), choice.sparse(), choice.rows()};
    throw std::invalid_argument("this CPU has no kernel called " + name);
}

}  // namespace native
