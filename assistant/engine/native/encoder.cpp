#include "encoder.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace native {

struct Work {
    // Makes room for so many tokens; what is there already is kept from call to call, since fresh
    // memory costs a fault a page.
    void fit(const Sizes& sizes, const std::vector<Layer>& layers, int total, int longest,
             int threads);

    std::vector<float> x, mixed, context, wide;
    std::vector<int8_t> bytes[3];
    std::vector<float> steps[3], kept[3];
    std::vector<double> scratch;  // attend's, one part a thread
    std::size_t part = 0;
};

namespace {

constexpr int ROUND = 4;  // rows that are handed out together

std::size_t row_bytes(const Product& p) { return static_cast<std::size_t>(p.groups) * p.depth; }

// What a call is about; it belongs to the job, which may be walked over after the call returned.
struct Call {
    std::vector<Span> spans;
    int total = 0, longest = 0;
    const int64_t* ids = nullptr;
    float* out = nullptr;
};

constexpr int STAGES = 9;  // of a layer

// Weights are fetched so many bytes before they are multiplied: the longest panel in use.
constexpr int LEAD = 96 << 10;

// The products of one stage: their panels follow each other.
struct Panels {
    const Packed* first = nullptr;
    int products = 0;

    static int of(const Product& p) { return p.groups * p.panels; }
    static int bytes(const Product& p) { return PANEL * p.depth; }

    int count() const {
        int panels = 0;
        for (int i = 0; i < products; ++i) panels += of(first[i].product());
        return panels;
    }

    // Returns which product a panel belongs to, and makes the number one within that.
    int find(int& panel) const {
        int i = 0;
        for (; panel >= of(first[i].product()); ++i) panel -= of(first[i].product());
        return i;
    }

    const int8_t* at(int panel) const {
        const Product& p = first[find(panel)].product();
        return p.packed + static_cast<std::ptrdiff_t>(panel) * bytes(p);
    }
};

// One thread's way through the layers; every member of the job walks it. Work is only looked at in
// tasks: a member that is late may walk while the next call makes its room.
class Walk {
  public:
    Walk(const Sizes& sizes, const Isa& isa, const std::vector<Layer>& layers, Work& work,
         const Call& call, Job::Member& member)
        : sizes_(sizes), isa_(isa), layers_(layers), work_(work), call_(call), member_(member) {}

    void embed(const View<int8_t>& words, const View<float>& scale, const View<float>& positions,
               const Norm& norm) {
        const int width = sizes_.hidden / sizes_.tile;
        member_.each(static_cast<int>(call_.spans.size()), [&](int s) {
            for (int i = 0; i < call_.spans[s].length; ++i) {
                const int row = call_.spans[s].start + i;
                const std::ptrdiff_t id = call_.ids[row];
                isa_.rows.embed(words.at + id * width, scale.at[id], width,
                                positions.at + static_cast<std::ptrdiff_t>(i) * sizes_.hidden,
                                sizes_.hidden, x(row));
                hand_on(row, norm, 0);
            }
        });
    }

    void layer(std::size_t number) {
        const Layer& layer = layers_[number];
        const Panels joined{&layer.attention_output, 1}, widened{&layer.intermediate, 1},
            narrowed{&layer.output, 1};
        mix(layer.mix, joined);
        attend();
        rows([&](int r) { round(row(work_.context, r, sizes_.hidden), joined, 0, r); });
        multiply(joined, widened, [&](int) { return added(); });
        rows([&](int r) {
            normalise(r, layer.attention_norm);
            round(x(r), widened, 0, r);
        });
        multiply(widened, narrowed, [&](int) {
            return Ends{work_.wide.data(), sizes_.wide, nullptr, After::gelu};
        });
        rows([&](int r) { round(row(work_.wide, r, sizes_.wide), narrowed, 0, r); });
        multiply(narrowed, mixed(number + 1), [&](int) { return added(); });
        rows([&](int r) { hand_on(r, layer.output_norm, number + 1); });
    }

    void finish() {
        if (isa_.kernel.leave) isa_.kernel.leave();
    }

  private:
    static float* row(std::vector<float>& rows, int r, int width) {
        return rows.data() + static_cast<std::ptrdiff_t>(r) * width;
    }

    float* x(int r) { return row(work_.x, r, sizes_.hidden); }

    Rounded rounded(int i) {
        return {work_.bytes[i].data(), work_.steps[i].data(), work_.kept[i].data()};
    }

    template <typename F>
    void rows(F&& f) {
        member_.each((call_.total + ROUND - 1) / ROUND, [&](int part) {
            const int end = std::min(call_.total, (part + 1) * ROUND);
            for (int r = part * ROUND; r < end; ++r) f(r);
        });
    }

    void round(float* from, const Panels& panels, int to, int r) {
        isa_.rows.round(from, panels.first->product(), isa_.kernel.unsigned_rows, rounded(to), r);
    }

    void normalise(int r, const Norm& norm) {
        isa_.rows.norm(x(r), sizes_.hidden, norm.weight.data(), norm.bias.data(), sizes_.eps);
    }

    // Ends a row of a layer: normalised, and rounded for the next one or written out.
    void hand_on(int r, const Norm& norm, std::size_t next) {
        normalise(r, norm);
        if (next == layers_.size()) {
            std::memcpy(call_.out + static_cast<std::ptrdiff_t>(r) * sizes_.hidden, x(r),
                        sizes_.hidden * sizeof(float));
            return;
        }
        const auto& parts = layers_[next].mix;
        for (int i = 0; i < 3; ++i)
            if (first_like(parts, i) == i) round(x(r), {&parts[i], 1}, i, r);
    }

    // What comes after the layers before this one.
    Panels mixed(std::size_t number) const {
        return number < layers_.size() ? Panels{layers_[number].mix.data(), 3} : Panels{};
    }

    // Query, key and value: one stage, and rows rounded once where they read the same.
    void mix(const std::vector<Packed>& parts, const Panels& next) {
        multiply({parts.data(), 3}, next, [&](int i) {
            return Ends{work_.mixed.data() + i * sizes_.hidden, 3 * sizes_.hidden, nullptr,
                        After::nothing};
        }, [&](int i) { return first_like(parts, i); });
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

    Ends added() { return {x(0), sizes_.hidden, x(0), After::nothing}; }

    // Every panel of a stage, by rows(product) to ends(product); `next` is multiplied after it.
    template <typename E, typename R>
    void multiply(const Panels& panels, const Panels& next, E&& ends, R&& rows) {
        const int count = panels.count();
        const Job::Share mine = member_.share(count), then = member_.share(next.count());
        member_.each(count, [&](int task) {
            const int8_t* following = ahead(panels, task, mine, next, then);
            const int i = panels.find(task);
            panel(panels.first[i].product(), task, rounded(rows(i)), ends(i), following);
        });
    }

    template <typename E>
    void multiply(const Panels& panels, const Panels& next, E&& ends) {
        multiply(panels, next, std::forward<E>(ends), [](int) { return 0; });
    }

    // Returns the weights that this thread multiplies LEAD bytes after a panel of its share.
    static const int8_t* ahead(const Panels& panels, int task, Job::Share mine, const Panels& next,
                               Job::Share then) {
        int within = task;
        const int bytes = Panels::bytes(panels.first[panels.find(within)].product());
        const int far = task + std::max(1, LEAD / bytes);
        if (task >= mine.begin && far < mine.end) return panels.at(far);
        if (task < mine.begin || task >= mine.end || then.begin == then.end)
            return panels.at(task);  // nothing that is not there
        return next.at(then.begin) + static_cast<std::ptrdiff_t>(far - mine.end) * bytes;
    }

    void panel(const Product& product, int task, const Rounded& in, const Ends& ends,
               const int8_t* ahead) {
        alignas(64) int32_t sums[TILE * PANEL];
        const int group = task / product.panels;
        const std::ptrdiff_t stride = row_bytes(product);
        const int8_t* weights =
            product.packed + static_cast<std::ptrdiff_t>(task) * PANEL * product.depth;
        for (int first = 0; first < call_.total; first += TILE) {
            const int some = std::min(TILE, call_.total - first);
            isa_.kernel.sums(in.rows + first * stride + group * product.depth, stride, some,
                             weights, product.depth, product.start + task * PANEL,
                             first ? weights : ahead, sums);
            isa_.rows.finish(sums, first, some, product, group, task % product.panels, in, ends);
        }
    }

    void attend() {
        const int size = sizes_.hidden / sizes_.heads, stride = 3 * sizes_.hidden;
        member_.each(static_cast<int>(call_.spans.size()) * sizes_.heads, [&](int task) {
            const int at = task % sizes_.heads * size;
            const float* mixed = work_.mixed.data();
            isa_.rows.attend(mixed + at, mixed + sizes_.hidden + at, mixed + 2 * sizes_.hidden + at,
                             stride, call_.spans[task / sizes_.heads], size,
                             work_.context.data() + at, sizes_.hidden,
                             work_.scratch.data() + work_.part * member_.place());
        });
    }

    const Sizes& sizes_;
    const Isa& isa_;
    const std::vector<Layer>& layers_;
    Work& work_;
    const Call& call_;
    Job::Member& member_;
};

}  // namespace

template <typename T>
static void grow(std::vector<T>& room, std::size_t n) {
    if (room.size() < n) room.resize(n);
}

void Work::fit(const Sizes& sizes, const std::vector<Layer>& layers, int total, int longest,
               int threads) {
    const std::size_t rows = total, hidden = sizes.hidden;
    grow(x, rows * hidden), grow(context, rows * hidden);
    grow(mixed, rows * 3 * hidden), grow(wide, rows * sizes.wide);
    std::size_t most = 0, loud = 0;
    for (const Layer& layer : layers) {
        for (const Packed* each : {&layer.mix[0], &layer.mix[1], &layer.mix[2],
                                   &layer.attention_output, &layer.intermediate, &layer.output}) {
            most = std::max(most, row_bytes(each->product()));
            loud = std::max<std::size_t>(loud, each->product().loud);
        }
    }
    for (int i = 0; i < 3; ++i)
        grow(bytes[i], rows * most), grow(steps[i], rows), grow(kept[i], rows * loud);
    part = attend_scratch(longest, sizes.hidden / sizes.heads);
    grow(scratch, part * threads);
}

Encoder::~Encoder() = default;

Encoder::Encoder(Sizes sizes, Isa isa, View<int8_t> words, View<float> word_scale,
                 View<float> positions, Norm norm)
    : sizes_(sizes), isa_(isa), words_(std::move(words)), word_scale_(std::move(word_scale)),
      positions_(std::move(positions)), norm_(std::move(norm)), work_(std::make_unique<Work>()) {}

void Encoder::run(Pool& pool, const int64_t* ids, std::ptrdiff_t total, const int64_t* lengths,
                  std::ptrdiff_t sentences, float* out) const {
    auto call = std::make_shared<Call>();
    call->ids = ids, call->out = out;
    for (std::ptrdiff_t s = 0; s < sentences; ++s) {
        if (lengths[s] < 1 || lengths[s] > sizes_.positions || lengths[s] > total - call->total)
            throw std::invalid_argument("a sentence has " + std::to_string(lengths[s]) +
                                        " tokens, not from 1 to " +
                                        std::to_string(sizes_.positions) + " of those given");
        const int length = static_cast<int>(lengths[s]);
        call->spans.push_back({call->total, length});
        call->total += length, call->longest = std::max(call->longest, length);
    }
    if (call->total != total) throw std::invalid_argument("the lengths do not add up to the ids");
    for (std::ptrdiff_t i = 0; i < total; ++i)
        if (ids[i] < 0 || ids[i] >= sizes_.vocabulary)
            throw std::invalid_argument("the id " + std::to_string(ids[i]) + " has no vector");
    if (!total) return;
    const std::lock_guard lock(busy_);
    work_->fit(sizes_, layers_, call->total, call->longest, pool.threads());
    const int stages = static_cast<int>(1 + STAGES * layers_.size());
    pool.run(stages, [this, call](Job::Member& member) {
        Walk walk(sizes_, isa_, layers_, *work_, *call, member);
        walk.embed(words_, word_scale_, positions_, norm_);
        for (std::size_t number = 0; number < layers_.size(); ++number) walk.layer(number);
        walk.finish();
    });
}

}  // namespace native
