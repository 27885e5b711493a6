// Sparse products in vectors, for the file that includes this: it defines NATIVE_TARGET and a struct
// Vector with the CPU's instructions. A lane is a row, a register the sums of one channel, of two
// beside each other where every quad lies there twice, or of four.
#pragma once

#include "kernels.h"

namespace native {
namespace {

typedef Vector::Type Register;

// Keeps several sums of the same where there are too few registers in use to hide how long each
// addition takes.
constexpr int sums_of_one(int registers) { return registers >= 8 ? 1 : registers >= 4 ? 2 : 4; }

template <int R, int COPIES, int ROWS>
struct Sums_of {
    static constexpr int N = R / COPIES, PARTS = sums_of_one(N * ROWS);
    Register at[PARTS][ROWS][N];
};

// Adds what one block makes of ROWS lines of rows.
template <int R, int COPIES, int ROWS>
NATIVE_TARGET NATIVE_INLINE void add_block(const int8_t* x, std::ptrdiff_t apart,
                                           const int8_t* weights, int place,
                                           Register (&sums)[ROWS][R / COPIES]) {
    constexpr int LINE = sizeof(Register);
    Register rows[ROWS];
    for (int v = 0; v < ROWS; ++v) rows[v] = Vector::load(x + v * apart + place * LINE);
    for (int i = 0; i < R / COPIES; ++i) {
        const Register w = Vector::spread<COPIES>(weights + i * COPIES * QUAD);
        for (int v = 0; v < ROWS; ++v) sums[v][i] = Vector::dot(sums[v][i], rows[v], w);
    }
}

// Writes registers of channels to rows of sums: exchanges both in steps, until every 128 bits are
// four channels of one row.
template <int R, int COPIES>
NATIVE_TARGET NATIVE_INLINE void turn_out(const Register* from, int32_t* to) {
    constexpr int APART = 4 / COPIES;  // rows between those of one register
    Register pairs[2][R / 2], fours[4][R / 4];
    if constexpr (COPIES == 1) {
        for (int i = 0; i < R / 2; ++i) {
            pairs[0][i] = Vector::low32(from[2 * i], from[2 * i + 1]);
            pairs[1][i] = Vector::high32(from[2 * i], from[2 * i + 1]);
        }
    } else if constexpr (COPIES == 2) {
        for (int i = 0; i < R / 2; ++i) pairs[0][i] = from[i];
    }
    for (int i = 0; i < R / 4; ++i) {
        for (int j = 0; j < APART / 2; ++j) {
            fours[2 * j][i] = Vector::low64(pairs[j][2 * i], pairs[j][2 * i + 1]);
            fours[2 * j + 1][i] = Vector::high64(pairs[j][2 * i], pairs[j][2 * i + 1]);
        }
        if (COPIES == 4) fours[0][i] = from[i];
    }
    for (int j = 0; j < APART; ++j) {
        if constexpr (R == 8)
            Vector::put(fours[j][0], fours[j][1], to + j * PANEL, APART * PANEL);
        else
            Vector::put(fours[j][0], to + j * PANEL, APART * PANEL);
    }
}

// One group of R channels by ROWS lines of rows.
template <int R, int COPIES, int ROWS>
NATIVE_TARGET NATIVE_INLINE void sum_group(const int8_t* x, std::ptrdiff_t apart,
                                           const int8_t* weights, const uint16_t* places, int kept,
                                           const int32_t* start, const int8_t* ahead, int32_t* to) {
    using All = Sums_of<R, COPIES, ROWS>;
    constexpr int BLOCK = R * QUAD, PARTS = All::PARTS;
    All sums;
    for (int i = 0; i < All::N; ++i) {
        const Register first =
            Vector::spread<COPIES>(reinterpret_cast<const int8_t*>(start + i * COPIES));
        for (int v = 0; v < ROWS; ++v) {
            sums.at[0][v][i] = first;
            for (int p = 1; p < PARTS; ++p) sums.at[p][v][i] = Vector::zero();
        }
    }
    int k = 0;
    for (; k + PARTS <= kept; k += PARTS, weights += PARTS * BLOCK, ahead += PARTS * BLOCK) {
        __builtin_prefetch(ahead, 0, 2);
        if (PARTS * BLOCK > 64) __builtin_prefetch(ahead + 64, 0, 2);
        for (int p = 0; p < PARTS; ++p)
            add_block<R, COPIES, ROWS>(x, apart, weights + p * BLOCK, places[k + p], sums.at[p]);
    }
    for (; k < kept; ++k, weights += BLOCK)
        add_block<R, COPIES, ROWS>(x, apart, weights, places[k], sums.at[0]);
    for (int v = 0; v < ROWS; ++v) {
        for (int p = 1; p < PARTS; ++p)
            for (int i = 0; i < All::N; ++i)
                sums.at[0][v][i] = Vector::add(sums.at[0][v][i], sums.at[p][v][i]);
        turn_out<R, COPIES>(sums.at[0][v], to + v * (sizeof(Register) / QUAD) * PANEL);
    }
}

template <int R, int COPIES, int ROWS>
NATIVE_TARGET void sum_panel(const int8_t* x, std::ptrdiff_t apart, const Kept& panel,
                             const int32_t* start, const int8_t* ahead, int32_t* to) {
    const int8_t* weights = panel.weights;
    const uint16_t* places = panel.places;
    for (int g = 0; g < PANEL / R; ++g, start += R, to += R) {
        const int kept = panel.counts[g];
        sum_group<R, COPIES, ROWS>(x, apart, weights, places, kept, start, ahead, to);
        weights += kept * R * QUAD, ahead += kept * R * QUAD, places += kept;
    }
}

// Writes whole lines of rows: TILE rows of sums there are, of which `rows` are meant.
template <int R>
NATIVE_TARGET void sparse_sums(const int8_t* x, std::ptrdiff_t apart, int rows, const Kept& panel,
                               const int32_t* start, const int8_t* ahead, int32_t* to) {
    constexpr int LANES_OF = sizeof(Register) / QUAD;
    for (int done = 0; done < rows; ahead = panel.weights) {
        const int left = rows - done, each = copies(left, LANES_OF);
        int lines = 1;
        if (each == 1 && left > (Vector::ROWS - 1) * LANES_OF + 3 * LANES_OF / 4)
            lines = Vector::ROWS, sum_panel<R, 1, Vector::ROWS>(x, apart, panel, start, ahead, to);
        else if (each == 1)
            sum_panel<R, 1, 1>(x, apart, panel, start, ahead, to);
        else if (each == 2)
            sum_panel<R, 2, 1>(x, apart, panel, start, ahead, to);
        else
            sum_panel<R, 4, 1>(x, apart, panel, start, ahead, to);
        const int did = lines * LANES_OF / each;
        x += lines * apart, to += did * PANEL, done += did;
    }
}

SparseKernel sparse_kernel(bool unsigned_rows) {
    return {unsigned_rows, sizeof(Register), sparse_sums<4>, sparse_sums<8>};
}

}  // namespace
}  // namespace native
