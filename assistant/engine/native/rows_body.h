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

// The step of each of N rows: 127 of them are its largest value.
template <int N>
NATIVE_TARGET NATIVE_INLINE void steps_of(const float* x, std::ptrdiff_t stride,
                                          const Product& product, float* steps) {
    const int n = product.ins;
    Lanes most[N];
    NATIVE_UNROLLED
    for (int r = 0; r < N; ++r) most[r] = all(product.least);
    const int parts = product.line ? product.sees : padded(n, LANES) / LANES;
    const uint16_t* seen = product.line ? product.seen : nullptr;
    int tail = n;
    for (int i = 0; i < parts; ++i) {
        const int c = (seen ? seen[i] : i) * LANES;
        if (n - c < LANES) {
            tail = c;  // the last one
            break;
        }
        NATIVE_UNROLLED
        for (int r = 0; r < N; ++r)
            most[r] = larger(most[r], magnitude(load(x + r * stride + c)));
    }
    for (int r = 0; tail < n && r < N; ++r)
        most[r] = larger(most[r], magnitude(load_some(x + r * stride + tail, n - tail)));
    NATIVE_UNROLLED
    for (int i = 0; i < N; ++i) {
        const float top = largest(most[i]);
        steps[i] = (top > 1e-30f ? top : 1e-30f) / 127.0f;
    }
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

// Rows for a sparse product: what is read of them, each quad in its part of a line, COPIES times.
template <int COPIES, int N>
NATIVE_TARGET NATIVE_INLINE void round_sparse(const float* from, std::ptrdiff_t stride,
                                              const Product& product, const float* steps,
                                              int8_t* to) {
    const int n = product.ins, shift = product.shift, reads = product.reads;
    const std::ptrdiff_t next = product.line;
    const uint16_t* read = product.read;
    float step[N];
    __builtin_memcpy(step, steps, sizeof step);
    for (int i = 0; i < reads; ++i) {
        const int c = read[i] * LANES, quads = (n - c < LANES ? n - c : LANES) / QUAD;
        Four four[ROUND];
        NATIVE_UNROLLED
        for (int r = 0; r < N; ++r)
            four[r] = (Four)bytes_of(sixteen(from + r * stride, c, n), step[r], shift);
        if (N > 1) exchange(four);
        int8_t* line = to + c / QUAD * next;
        NATIVE_UNROLLED
        for (int q = 0; q < LANES / QUAD; ++q, line += next) {
            if (q >= quads) break;
            if (N == ROUND)
                put_copies<COPIES>(line, four[q]);
            else
                for (int copy = 0; copy < COPIES; ++copy)
                    __builtin_memcpy(line + copy * QUAD,
                                     reinterpret_cast<const int8_t*>(four) + q * QUAD, QUAD);
        }
    }
}

template <int N>
NATIVE_TARGET NATIVE_INLINE void round_some(const float* from, std::ptrdiff_t stride,
                                            const Product& product, const Rounded& out, int first) {
    const float* steps = out.steps + first;
    steps_of<N>(from, stride, product, out.steps + first);
    if (!product.line) {
        const std::ptrdiff_t wide = static_cast<std::ptrdiff_t>(product.groups) * product.depth;
        for (int r = 0; r < N; ++r)
            round_dense(from + r * stride, product, steps[r], out.rows + (first + r) * wide);
        return;
    }
    const Spot at = spot(first, out.total, product.lanes());
    int8_t* to = out.rows + at.line * product.apart() + at.part * at.copies * QUAD;
    if (at.copies == 1)
        round_sparse<1, N>(from, stride, product, steps, to);
    else if (at.copies == 2)
        round_sparse<2, N>(from, stride, product, steps, to);
    else
        round_sparse<4, N>(from, stride, product, steps, to);
}

NATIVE_TARGET void round(float* x, std::ptrdiff_t stride, int rows, const Product& product,
                         const Rounded& out, int first) {
    float* kept = out.kept + static_cast<std::ptrdiff_t>(first) * product.loud;
    for (int r = 0; r < rows; ++r)
        for (int i = 0; i < product.loud; ++i)
            kept[r * product.loud + i] = x[r * stride + product.columns[i]];
    for (int r = 0; r < rows; ++r)
        for (int i = 0; i < product.loud; ++i) x[r * stride + product.columns[i]] = 0;
    if (rows == ROUND)
        round_some<ROUND>(x, stride, product, out, first);
    else
        for (int r = 0; r < rows; ++r)
            round_some<1>(x + r * stride, stride, product, out, first + r);
    for (int r = 0; r < rows; ++r)
        for (int i = 0; i < product.loud; ++i)
            x[r * stride + product.columns[i]] = kept[r * product.loud + i];
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

// Layer normalisation of N rows side by side: the sums of one alone wait for each addition.
template <int N>
NATIVE_TARGET NATIVE_INLINE void norm_rows(float* x, int n, const float* weight, const float* bias,
                                           float eps) {
    Lanes sums[N], squares[N];
    float mean[N], deviation[N];
    for (int r = 0; r < N; ++r) sums[r] = squares[r] = all(0);
    const int whole = n / LANES * LANES, rest = n - whole;
    for (int i = 0; i < whole; i += LANES)
        NATIVE_UNROLLED
        for (int r = 0; r < N; ++r) sums[r] = sums[r] + load(x + r * n + i);
    for (int r = 0; rest && r < N; ++r) sums[r] = sums[r] + load_some(x + r * n + whole, rest);
    for (int r = 0; r < N; ++r) mean[r] = total(sums[r]) / static_cast<float>(n);
    for (int i = 0; i < whole; i += LANES)
        NATIVE_UNROLLED
        for (int r = 0; r < N; ++r) {
            const Lanes centred = load(x + r * n + i) - mean[r];
            squares[r] = squares[r] + centred * centred;
        }
    for (int r = 0; rest && r < N; ++r) {
        float last[LANES] = {};
        for (int i = 0; i < rest; ++i) last[i] = x[r * n + whole + i] - mean[r];
        squares[r] = squares[r] + load(last) * load(last);
    }
    for (int r = 0; r < N; ++r)
        deviation[r] = std::sqrt(total(squares[r]) / static_cast<float>(n) + eps);
    for (int i = 0; i < whole; i += LANES) {
        const Lanes w = load(weight + i), b = load(bias + i);
        NATIVE_UNROLLED
        for (int r = 0; r < N; ++r) {
            float* at = x + r * n + i;
            store(at, (load(at) - mean[r]) / deviation[r] * w + b);
        }
    }
    for (int r = 0; r < N; ++r)
        for (int i = whole; i < n; ++i)
            x[r * n + i] = (x[r * n + i] - mean[r]) / deviation[r] * weight[i] + bias[i];
}

NATIVE_TARGET void norm(float* x, int rows, int n, const float* weight, const float* bias,
                        float eps) {
    if (rows == ROUND)
        norm_rows<ROUND>(x, n, weight, bias, eps);
    else
        for (int r = 0; r < rows; ++r) norm_rows<1>(x + r * n, n, weight, bias, eps);
}

NATIVE_TARGET void embed(const int8_t* word, float scale, int width, const float* position, int n,
                         float* to) {
    for (int start = 0; start < n; start += width)
        for (int i = 0; i < width; ++i)
            to[start + i] = static_cast<float>(word[i]) * scale + position[start + i];
}

Rows table(const char* name) { return {name, round, finish, fill, norm, attend, embed}; }

}  // namespace
}  // namespace native
