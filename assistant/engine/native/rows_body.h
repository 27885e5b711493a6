// The bodies of rows.h, for the file that includes this with NATIVE_TARGET set to its attributes.
#include <cmath>

#include "attend_body.h"
#include "lanes.h"
#include "rows.h"

namespace native {
namespace {

// Sixteen of n values from the i-th on, zeros after the last.
NATIVE_TARGET NATIVE_INLINE Lanes sixteen(const float* x, int i, int n) {
    return n - i < LANES ? load_some(x + i, n - i) : load(x + i);
}

typedef int8_t Bytes __attribute__((vector_size(16)));

NATIVE_TARGET NATIVE_INLINE Bytes bytes_of(Lanes v, float step, int32_t shift) {
    const Whole whole = __builtin_convertvector(nearest(v / step), Whole);
    return __builtin_convertvector(whole + shift, Bytes);
}

NATIVE_TARGET NATIVE_INLINE float largest_of(const float* x, const Product& product) {
    const int n = product.ins;
    Lanes most = all(product.least);
    if (product.line) {
        for (int i = 0; i < product.sees; ++i)
            most = larger(most, magnitude(sixteen(x, product.seen[i] * LANES, n)));
    } else {
        for (int i = 0; i < n; i += LANES) most = larger(most, magnitude(sixteen(x, i, n)));
    }
    return largest(most);
}

// A row for a dense product: its groups one after another.
NATIVE_TARGET NATIVE_INLINE void round_dense(const float* from, const Product& product, float step,
                                             int8_t* to) {
    const int width = product.ins / product.groups, shift = product.shift;
    for (int g = 0; g < product.groups; ++g, from += width, to += product.depth) {
        int c = 0;
        for (; c + LANES <= width; c += LANES) {
            const Bytes bytes = bytes_of(load(from + c), step, shift);
            __builtin_memcpy(to + c, &bytes, sizeof bytes);
        }
        for (; c < width; ++c)
            to[c] = static_cast<int8_t>(static_cast<int32_t>(std::nearbyintf(from[c] / step)) +
                                        shift);
        for (; c < product.depth; ++c) to[c] = 0;
    }
}

// A row for a sparse product: what is read of it, each quad in its part of a line, COPIES times.
template <int COPIES>
NATIVE_TARGET NATIVE_INLINE void round_sparse(const float* from, const Product& product, float step,
                                              int8_t* to) {
    const int n = product.ins;
    for (int i = 0; i < product.reads; ++i) {
        const int c = product.read[i] * LANES, quads = (n - c < LANES ? n - c : LANES) / QUAD;
        const Bytes bytes = bytes_of(sixteen(from, c, n), step, product.shift);
        int32_t four[LANES / QUAD];
        __builtin_memcpy(four, &bytes, sizeof four);
        int8_t* line = to + static_cast<std::ptrdiff_t>(c) / QUAD * product.line;
        for (int q = 0; q < quads; ++q, line += product.line)
            for (int copy = 0; copy < COPIES; ++copy)
                __builtin_memcpy(line + copy * QUAD, four + q, QUAD);
    }
}

NATIVE_TARGET void round_row(float* x, const Product& product, const Rounded& out, int r) {
    float* kept = out.kept + static_cast<std::ptrdiff_t>(r) * product.loud;
    for (int i = 0; i < product.loud; ++i) kept[i] = x[product.columns[i]];
    for (int i = 0; i < product.loud; ++i) x[product.columns[i]] = 0;
    const float top = largest_of(x, product);
    const float step = (top > 1e-30f ? top : 1e-30f) / 127.0f;
    out.steps[r] = step;
    if (product.line) {
        const Spot at = spot(r, out.total, product.lanes());
        int8_t* to = out.rows + at.line * product.apart() + at.part * at.copies * QUAD;
        if (at.copies == 1)
            round_sparse<1>(x, product, step, to);
        else if (at.copies == 2)
            round_sparse<2>(x, product, step, to);
        else
            round_sparse<4>(x, product, step, to);
    } else {
        const std::ptrdiff_t wide = static_cast<std::ptrdiff_t>(product.groups) * product.depth;
        round_dense(x, product, step, out.rows + r * wide);
    }
    for (int i = 0; i < product.loud; ++i) x[product.columns[i]] = kept[i];
}

// What finish_channels does, for rows r to r + N. LOUD inputs are kept apart, any number where it is
// negative.
template <bool GELU, int LOUD, int N>
NATIVE_TARGET NATIVE_INLINE void finish_rows(const int32_t* sums, int first, int r,
                                             const Product& product, int place, const Rounded& in,
                                             const Ends& ends, int column, int valid,
                                             const Lanes* near, Lanes scale, Lanes bias) {
    const int loud = LOUD < 0 ? product.loud : LOUD;
    const std::ptrdiff_t across =
        static_cast<std::ptrdiff_t>(product.groups) * product.panels * PANEL;
    Lanes v[N];
    for (int i = 0; i < N; ++i) {
        const std::ptrdiff_t row = first + r + i;
        v[i] = floats(load(sums + (r + i) * PANEL)) * (in.steps[row] * scale);
        if (LOUD != 0) {
            const float* kept = in.kept + row * loud;
            Lanes apart = all(0);
            for (int l = 0; l < loud; ++l)
                apart = apart + kept[l] * (LOUD > 0 ? near[l]
                                                    : load(product.weights + place + l * across));
            v[i] = v[i] + apart;
        }
        v[i] = v[i] + bias;
    }
    if (GELU) gelu(v);
    for (int i = 0; i < N; ++i) {
        const std::ptrdiff_t at = (first + r + i) * ends.stride + column;
        if (valid >= LANES) {
            if (ends.residual) v[i] = load(ends.residual + at) + v[i];
            store(ends.to + at, v[i]);
        } else {
            if (ends.residual) v[i] = load_some(ends.residual + at, valid) + v[i];
            store_some(ends.to + at, v[i], valid);
        }
    }
}

// One vector of channels of every row.
template <bool GELU, int LOUD>
NATIVE_TARGET NATIVE_INLINE void finish_channels(const int32_t* sums, int first, int rows,
                                                 const Product& product, int place,
                                                 const Rounded& in, const Ends& ends, int column,
                                                 int valid) {
    const std::ptrdiff_t across =
        static_cast<std::ptrdiff_t>(product.groups) * product.panels * PANEL;
    const Lanes scale = load(product.scale + place), bias = load(product.bias + place);
    Lanes near[LOUD > 0 ? LOUD : 1] = {};
    for (int i = 0; i < LOUD; ++i) near[i] = load(product.weights + place + i * across);
    int r = 0;
    for (; GELU && r + BESIDE <= rows; r += BESIDE)
        finish_rows<GELU, LOUD, BESIDE>(sums, first, r, product, place, in, ends, column, valid,
                                        near, scale, bias);
    for (; r < rows; ++r)
        finish_rows<GELU, LOUD, 1>(sums, first, r, product, place, in, ends, column, valid, near,
                                   scale, bias);
}

template <bool GELU>
NATIVE_TARGET NATIVE_INLINE void finish_panel(const int32_t* sums, int first, int rows,
                                              const Product& product, int group, int panel,
                                              const Rounded& in, const Ends& ends) {
    const int share = product.outs / product.groups, channel = panel * PANEL;
    const int place = group * product.panels * PANEL + channel, column = group * share + channel;
    for (int c = 0; c < PANEL && channel + c < share; c += LANES) {
        const int valid = share - channel - c;
        if (product.loud == 0)
            finish_channels<GELU, 0>(sums + c, first, rows, product, place + c, in, ends, column + c,
                                     valid);
        else if (product.loud == 4)
            finish_channels<GELU, 4>(sums + c, first, rows, product, place + c, in, ends, column + c,
                                     valid);
        else
            finish_channels<GELU, -1>(sums + c, first, rows, product, place + c, in, ends,
                                      column + c, valid);
    }
}

NATIVE_TARGET void finish(const int32_t* sums, int first, int rows, const Product& product,
                          int group, int panel, const Rounded& in, const Ends& ends) {
    if (ends.after == After::gelu)
        finish_panel<true>(sums, first, rows, product, group, panel, in, ends);
    else
        finish_panel<false>(sums, first, rows, product, group, panel, in, ends);
}

NATIVE_TARGET void fill(int first, int rows, const Product& product, int group, int panel,
                        const Ends& ends) {
    const int share = product.outs / product.groups, channel = panel * PANEL;
    const float* from = product.constants + (group * product.panels + panel) * PANEL;
    const int column = group * share + channel, some = share - channel;
    for (int r = first; r < first + rows; ++r)
        for (int c = 0; c < PANEL && c < some; c += LANES) {
            const std::ptrdiff_t at = r * ends.stride + column + c;
            Lanes v = load(from + c);
            if (ends.residual) v = sixteen(ends.residual + at, 0, some - c) + v;
            if (some - c >= LANES)
                store(ends.to + at, v);
            else
                store_some(ends.to + at, v, some - c);
        }
}

NATIVE_TARGET void norm(float* x, int n, const float* weight, const float* bias, float eps) {
    Lanes sum = all(0);
    int i = 0;
    for (; i + LANES <= n; i += LANES) sum = sum + load(x + i);
    const int rest = n - i;
    if (rest) sum = sum + load_some(x + i, rest);
    const float mean = total(sum) / static_cast<float>(n);
    Lanes squares = all(0);
    for (i = 0; i + LANES <= n; i += LANES) {
        const Lanes centred = load(x + i) - mean;
        store(x + i, centred);
        squares = squares + centred * centred;
    }
    for (int j = i; j < n; ++j) x[j] -= mean;
    if (rest) {
        const Lanes last = load_some(x + i, rest);
        squares = squares + last * last;
    }
    const float deviation = std::sqrt(total(squares) / static_cast<float>(n) + eps);
    for (i = 0; i + LANES <= n; i += LANES)
        store(x + i, load(x + i) / deviation * load(weight + i) + load(bias + i));
    for (; i < n; ++i) x[i] = x[i] / deviation * weight[i] + bias[i];
}

NATIVE_TARGET void embed(const int8_t* word, float scale, int width, const float* position, int n,
                         float* to) {
    for (int start = 0; start < n; start += width)
        for (int i = 0; i < width; ++i)
            to[start + i] = static_cast<float>(word[i]) * scale + position[start + i];
}

Rows table(const char* name) { return {name, round_row, finish, fill, norm, attend, embed}; }

}  // namespace
}  // namespace native
