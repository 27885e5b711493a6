#include "encoder.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace native {
namespace {

constexpr int ROUND = 4;  // rows that are handed out together

// All that one call needs beside the weights.
struct Work {
    explicit Work(const Sizes& sizes, const std::vector<Layer>& layers, int total, int longest,
                  int threads);

    std::vector<float> x, mixed, context, wide;
    std::vector<int8_t> bytes[3];
    std::vector<float> steps[3], kept[3];
    std::vector<double> scratch;  // attend's, one part a thread
    std::size_t part;
};

std::size_t row_bytes(const Product& p) { return static_cast<std::size_t>(p.groups) * p.depth; }

Work::Work(const Sizes& sizes, const std::vector<Layer>& layers, int total, int longest,
           int threads) {
    const std::size_t rows = total, hidden = sizes.hidden;
    x.resize(rows * hidden), context.resize(rows * hidden);
    mixed.resize(rows * 3 * hidden), wide.resize(rows * sizes.wide);
    std::size_t most = 0, loud = 0;
    for (const Layer& layer : layers) {
        for (const Packed* each : {&layer.mix[0], &layer.mix[1], &layer.mix[2],
                                   &layer.attention_output, &layer.intermediate, &layer.output}) {
            most = std::max(most, row_bytes(each->product()));
            loud = std::max<std::size_t>(loud, each->product().loud);
        }
    }
    for (int i = 0; i < 3; ++i)
        bytes[i].resize(rows * most), steps[i].resize(rows), kept[i].resize(rows * loud);
    part = attend_scratch(longest, sizes.hidden / sizes.heads);
    scratch.resize(part * threads);
}

// One thread's way through the layers; every thread of the team walks it.
class Walk {
  public:
    Walk(const Sizes& sizes, const Isa& isa, Work& work, const std::vector<Span>& spans, int total,
         Team& team, double* scratch)
        : sizes_(sizes), isa_(isa), work_(work), spans_(spans), total_(total), team_(team),
          scratch_(scratch) {}

    void embed(const int64_t* ids, const View<int8_t>& words, const View<float>& scale,
               const View<float>& positions, const Norm& norm) {
        const int width = sizes_.hidden / sizes_.tile;
        team_.each(static_cast<int>(spans_.size()), [&](int s) {
            for (int i = 0; i < spans_[s].length; ++i) {
                const std::ptrdiff_t row = spans_[s].start + i, id = ids[row];
                float* to = work_.x.data() + row * sizes_.hidden;
                isa_.rows.embed(words.at + id * width, scale.at[id], width,
                                positions.at + static_cast<std::ptrdiff_t>(i) * sizes_.hidden,
                                sizes_.hidden, to);
                isa_.rows.norm(to, sizes_.hidden, norm.weight.data(), norm.bias.data(), sizes_.eps);
            }
        });
    }

    void layer(const Layer& layer) {
        float* x = work_.x.data();
        float* mixed = work_.mixed.data();
        mix(layer.mix, x, mixed);
        attend(mixed, work_.context.data());
        round(work_.context.data(), layer.attention_output.product());
        multiply(layer.attention_output.product(), {x, sizes_.hidden, x, After::nothing});
        norm(x, layer.attention_norm);
        round(x, layer.intermediate.product());
        multiply(layer.intermediate.product(),
                 {work_.wide.data(), sizes_.wide, nullptr, After::gelu});
        round(work_.wide.data(), layer.output.product());
        multiply(layer.output.product(), {x, sizes_.hidden, x, After::nothing});
        norm(x, layer.output_norm);
    }

    void finish(float* out) {
        rows([&](int r) {
            std::memcpy(out + static_cast<std::ptrdiff_t>(r) * sizes_.hidden,
                        work_.x.data() + static_cast<std::ptrdiff_t>(r) * sizes_.hidden,
                        sizes_.hidden * sizeof(float));
        });
        if (isa_.kernel.leave) isa_.kernel.leave();
    }

  private:
    Rounded rounded(int i) {
        return {work_.bytes[i].data(), work_.steps[i].data(), work_.kept[i].data()};
    }

    template <typename F>
    void rows(F&& f) {
        team_.each((total_ + ROUND - 1) / ROUND, [&](int part) {
            for (int r = part * ROUND; r < std::min(total_, (part + 1) * ROUND); ++r) f(r);
        });
    }

    void round(float* x, const Product& product) {
        rows([&](int r) {
            isa_.rows.round(x + static_cast<std::ptrdiff_t>(r) * product.ins, product,
                            isa_.kernel.unsigned_rows, rounded(0), r);
        });
    }

    void norm(float* x, const Norm& norm) {
        rows([&](int r) {
            isa_.rows.norm(x + static_cast<std::ptrdiff_t>(r) * sizes_.hidden, sizes_.hidden,
                           norm.weight.data(), norm.bias.data(), sizes_.eps);
        });
    }

    // Query, key and value: one product where they read the same rounded rows.
    void mix(const std::vector<Packed>& parts, float* x, float* to) {
        int from[3], panels = 0;
        for (int i = 0; i < 3; ++i) {
            from[i] = first_like(parts, i);
            panels += count(parts[i].product());
        }
        rows([&](int r) {
            for (int i = 0; i < 3; ++i)
                if (from[i] == i)
                    isa_.rows.round(x + static_cast<std::ptrdiff_t>(r) * sizes_.hidden,
                                    parts[i].product(), isa_.kernel.unsigned_rows, rounded(i), r);
        });
        team_.each(panels, [&](int task) {
            int i = 0;
            for (; task >= count(parts[i].product()); ++i) task -= count(parts[i].product());
            panel(parts[i].product(), task, rounded(from[i]),
                  {to + i * sizes_.hidden, 3 * sizes_.hidden, nullptr, After::nothing});
        });
    }

    static bool same(const Packed& a, const Packed& b) {
        const Product &p = a.product(), &q = b.product();
        return p.groups == q.groups && p.loud == q.loud &&
               std::equal(p.columns, p.columns + p.loud, q.columns);
    }

    static int first_like(const std::vector<Packed>& parts, int i) {
        for (int j = 0; j < i; ++j)
            if (same(parts[i], parts[j])) return j;
        return i;
    }

    static int count(const Product& product) { return product.groups * product.panels; }

    void multiply(const Product& product, const Ends& ends) {
        team_.each(count(product), [&](int task) { panel(product, task, rounded(0), ends); });
    }

    void panel(const Product& product, int task, const Rounded& in, const Ends& ends) {
        alignas(64) int32_t sums[TILE * PANEL];
        const int group = task / product.panels;
        const std::ptrdiff_t stride = row_bytes(product);
        const int8_t* weights =
            product.packed + static_cast<std::ptrdiff_t>(task) * PANEL * product.depth;
        for (int first = 0; first < total_; first += TILE) {
            const int some = std::min(TILE, total_ - first);
            isa_.kernel.sums(in.rows + first * stride + group * product.depth, stride, some,
                             weights, product.depth, product.start + task * PANEL, sums);
            isa_.rows.finish(sums, first, some, product, group, task % product.panels, in, ends);
        }
    }

    void attend(const float* mixed, float* to) {
        const int size = sizes_.hidden / sizes_.heads, stride = 3 * sizes_.hidden;
        team_.each(static_cast<int>(spans_.size()) * sizes_.heads, [&](int task) {
            const int at = task % sizes_.heads * size;
            isa_.rows.attend(mixed + at, mixed + sizes_.hidden + at, mixed + 2 * sizes_.hidden + at,
                             stride, spans_[task / sizes_.heads], size, to + at, sizes_.hidden,
                             scratch_);
        });
    }

    const Sizes& sizes_;
    const Isa& isa_;
    Work& work_;
    const std::vector<Span>& spans_;
    const int total_;
    Team& team_;
    double* scratch_;
};

}  // namespace

Encoder::Encoder(Sizes sizes, Isa isa, View<int8_t> words, View<float> word_scale,
                 View<float> positions, Norm norm)
    : sizes_(sizes), isa_(isa), words_(std::move(words)), word_scale_(std::move(word_scale)),
      positions_(std::move(positions)), norm_(std::move(norm)) {}

void Encoder::run(Pool& pool, const int64_t* ids, std::ptrdiff_t total, const int64_t* lengths,
                  std::ptrdiff_t sentences, float* out) const {
    std::vector<Span> spans;
    int longest = 0, start = 0;
    for (std::ptrdiff_t s = 0; s < sentences; ++s) {
        if (lengths[s] < 1 || lengths[s] > sizes_.positions || lengths[s] > total - start)
            throw std::invalid_argument("a sentence has " + std::to_string(lengths[s]) +
                                        " tokens, not from 1 to " +
                                        std::to_string(sizes_.positions) + " of those given");
        spans.push_back({start, static_cast<int>(lengths[s])});
        start += spans.back().length, longest = std::max(longest, spans.back().length);
    }
    if (start != total) throw std::invalid_argument("the lengths do not add up to the ids");
    for (std::ptrdiff_t i = 0; i < total; ++i)
        if (ids[i] < 0 || ids[i] >= sizes_.vocabulary)
            throw std::invalid_argument("the id " + std::to_string(ids[i]) + " has no vector");
    if (!total) return;
    Work work(sizes_, layers_, start, longest, pool.threads());
    std::atomic<int> places{0};
    pool.run([&](Team& team) {
        double* scratch = work.scratch.data() + work.part * places.fetch_add(1);
        Walk walk(sizes_, isa_, work, spans, start, team, scratch);
        walk.embed(ids, words_, word_scale_, positions_, norm_);
        for (const Layer& layer : layers_) walk.layer(layer);
        walk.finish(out);
    });
}

void sums(const Isa& isa, const Packed& packed, const int8_t* x, int rows, int32_t* out) {
    const Product& p = packed.product();
    const int width = p.ins / p.groups, share = p.outs / p.groups;
    std::vector<int8_t> padded_row(static_cast<std::size_t>(TILE) * p.depth);
    int32_t found[TILE * PANEL];
    const int shift = isa.kernel.unsigned_rows ? 128 : 0;
    for (int task = 0; task < p.groups * p.panels; ++task)
        for (int first = 0; first < rows; first += TILE) {
            const int group = task / p.panels, channel = task % p.panels * PANEL;
            const int some = std::min(TILE, rows - first);
            std::fill(padded_row.begin(), padded_row.end(), 0);
            for (int r = 0; r < some; ++r)
                for (int k = 0; k < width; ++k)
                    padded_row[r * p.depth + k] = static_cast<int8_t>(
                        x[(first + r) * static_cast<std::ptrdiff_t>(p.ins) + group * width + k] +
                        shift);
            isa.kernel.sums(padded_row.data(), p.depth, some,
                            p.packed + static_cast<std::ptrdiff_t>(task) * PANEL * p.depth, p.depth,
                            p.start + task * PANEL, found);
            for (int r = 0; r < some; ++r)
                for (int c = 0; c < std::min(PANEL, share - channel); ++c)
                    out[(first + r) * static_cast<std::ptrdiff_t>(p.outs) + group * share + channel +
                        c] = found[r * PANEL + c];
        }
    if (isa.kernel.leave) isa.kernel.leave();
}

uint64_t sweep(const int8_t* at, std::ptrdiff_t bytes, Pool& pool) {
    constexpr std::ptrdiff_t part = 1 << 17;
    std::atomic<uint64_t> whole{0};
    pool.run([&](Team& team) {
        uint64_t mine[8] = {};
        team.each(static_cast<int>(bytes / part), [&](int task) {
            const int8_t* from = at + task * part;
            for (std::ptrdiff_t i = 0; i < part; i += sizeof mine) {
                uint64_t line[8];
                std::memcpy(line, from + i, sizeof line);
                for (int lane = 0; lane < 8; ++lane) mine[lane] += line[lane];
            }
        });
        for (const uint64_t lane : mine) whole += lane;
    });
    return whole;
}

}  // namespace native
