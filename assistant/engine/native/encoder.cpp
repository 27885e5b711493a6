#include "encoder.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <type_traits>

namespace native {

constexpr std::size_t LINE = 128;  // bytes of two lines of the cache, which come in pairs

// Rows lie thousands of bytes apart, so that on small pages nearly each begins another one.
struct Work {
    // Makes room for so many tokens; what is there already is kept from call to call, since fresh
    // memory costs a fault a page.
    void fit(const Sizes& sizes, const std::vector<Layer>& layers, int total, int longest,
             int threads);

    float *x, *mixed, *context, *wide;
    int8_t* bytes[3];
    float *steps[3], *kept[3];
    double* scratch;  // attend's, one part a thread
    std::size_t part = 0;

  private:
    Block room_;
    std::size_t size_ = 0;
};

namespace {

// Bytes of so many rows, rounded.
std::size_t rounded_bytes(const Product& p, int rows) {
    if (!p.line) return static_cast<std::size_t>(rows) * p.groups * p.depth;
    return static_cast<std::size_t>(spot(rows - 1, rows, p.lanes()).line + 1) * p.apart();
}

// What a call is about; it belongs to the job, which may be walked over after the call returned.
struct Call {
    std::vector<Span> spans;
    std::vector<int> places;  // of a row in its sentence
    int total = 0, longest = 0;
    const int64_t* ids = nullptr;
    float* out = nullptr;
};

// Returns the first of some products that the same rows, rounded, do for as for the i-th.
int first_like(const std::vector<Packed>& parts, int i) {
    for (int j = 0; j < i; ++j)
        if (parts[i].reads_like(parts[j])) return j;
    return i;
}

constexpr int STAGES = 9;  // of a layer

// Weights are fetched so many bytes before they are multiplied: the longest panel in use.
constexpr int LEAD = 96 << 10;

// The products of one stage: their tasks follow each other.
struct Panels {
    const Packed* first = nullptr;
    int products = 0;

    // One for each panel that is multiplied, and one for all that are not.
    static int of(const Product& p) { return p.tasks + (p.empty() ? 1 : 0); }

    int count() const {
        int tasks = 0;
        for (int i = 0; i < products; ++i) tasks += of(first[i].product());
        return tasks;
    }

    // Returns which product a task belongs to, and makes the number one within that.
    int find(int& task) const {
        int i = 0;
        for (; task >= of(first[i].product()); ++i) task -= of(first[i].product());
        return i;
    }

    // Returns how many bytes of weights lie before a task's.
    std::ptrdiff_t before(int task) const {
        std::ptrdiff_t bytes = 0;
        for (int i = 0; i < products; ++i) {
            const Product& p = first[i].product();
            if (task < of(p)) return bytes + p.at[std::min(task, p.tasks)];
            task -= of(p), bytes += p.at[p.tasks];
        }
        return bytes;
    }

    // Returns the weights after so many bytes.
    const int8_t* after(std::ptrdiff_t bytes) const {
        int i = 0;
        for (; i + 1 < products && bytes >= first[i].product().at[first[i].product().tasks]; ++i)
            bytes -= first[i].product().at[first[i].product().tasks];
        return first[i].product().packed + bytes;
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
        rows([&](int first, int some) {
            for (int r = first; r < first + some; ++r) {
                const std::ptrdiff_t id = call_.ids[r], place = call_.places[r];
                isa_.rows.embed(words.at + id * width, scale.at[id], width,
                                positions.at + place * sizes_.hidden, sizes_.hidden, x(r));
            }
            hand_on(first, some, norm, 0);
        });
    }

    void layer(std::size_t number) {
        const Layer& layer = layers_[number];
        const Panels joined{&layer.attention_output, 1}, widened{&layer.intermediate, 1},
            narrowed{&layer.output, 1};
        mix(layer.mix, joined);
        attend(layer.head);
        rounded(&Work::context, sizes_.hidden, joined);
        multiply(joined, widened, [&](int) { return added(); });
        rows([&](int first, int some) {
            normalise(first, some, layer.attention_norm);
            round(x(first), sizes_.hidden, widened, 0, first, some);
        });
        multiply(widened, narrowed, [&](int) {
            return Ends{work_.wide, sizes_.wide, nullptr, After::gelu};
        });
        rounded(&Work::wide, sizes_.wide, narrowed);
        multiply(narrowed, mixed(number + 1), [&](int) { return added(); });
        rows([&](int first, int some) { hand_on(first, some, layer.output_norm, number + 1); });
    }

    void finish() {
        if (isa_.kernel.leave) isa_.kernel.leave();
    }

  private:
    static float* row(float* rows, int r, int width) {
        return rows + static_cast<std::ptrdiff_t>(r) * width;
    }

    float* x(int r) { return row(work_.x, r, sizes_.hidden); }

    Rounded rounded(int i) {
        return {work_.bytes[i], work_.steps[i], work_.kept[i], call_.total};
    }

    template <typename F>
    void rows(F&& f) {
        member_.each((call_.total + ROUND - 1) / ROUND, [&](int part) {
            const int first = part * ROUND;
            f(first, std::min(ROUND, call_.total - first));
        });
    }

    void round(float* from, int width, const Panels& panels, int to, int first, int some) {
        isa_.rows.round(from, width, some, panels.first->product(), rounded(to), first);
    }

    // A stage that rounds all rows of this width. Where they are is only looked at in tasks.
    void rounded(float* Work::*from, int width, const Panels& panels) {
        rows([&](int first, int some) {
            round(row(work_.*from, first, width), width, panels, 0, first, some);
        });
    }

    void normalise(int first, int some, const Norm& norm) {
        isa_.rows.norm(x(first), some, sizes_.hidden, norm.weight.data(), norm.bias.data(),
                       sizes_.eps);
    }

    // Ends rows of a layer: normalised, and rounded for the next one or written out.
    void hand_on(int first, int some, const Norm& norm, std::size_t next) {
        normalise(first, some, norm);
        if (next == layers_.size()) {
            std::memcpy(call_.out + static_cast<std::ptrdiff_t>(first) * sizes_.hidden, x(first),
                        static_cast<std::size_t>(some) * sizes_.hidden * sizeof(float));
            return;
        }
        const auto& parts = layers_[next].mix;
        for (int i = 0; i < 3; ++i)
            if (first_like(parts, i) == i)
                round(x(first), sizes_.hidden, {&parts[i], 1}, i, first, some);
    }

    // What comes after the layers before this one.
    Panels mixed(std::size_t number) const {
        return number < layers_.size() ? Panels{layers_[number].mix.data(), 3} : Panels{};
    }

    // Query, key and value: one stage, and rows rounded once where they read the same.
    void mix(const std::vector<Packed>& parts, const Panels& next) {
        multiply({parts.data(), 3}, next, [&](int i) {
            return Ends{work_.mixed + i * sizes_.hidden, 3 * sizes_.hidden, nullptr,
                        After::nothing};
        }, [&](int i) { return first_like(parts, i); });
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

    // Returns the weights that this thread multiplies LEAD bytes after a task of its share.
    static const int8_t* ahead(const Panels& panels, int task, Job::Share mine, const Panels& next,
                               Job::Share then) {
        const std::ptrdiff_t here = panels.before(task);
        if (task < mine.begin || task >= mine.end) return panels.after(here);  // it is there
        const std::ptrdiff_t far = here + LEAD, end = panels.before(mine.end);
        if (far < end) return panels.after(far);
        if (then.begin == then.end) return panels.after(here);
        return next.after(next.before(then.begin) + far - end);
    }

    void panel(const Product& product, int task, const Rounded& in, const Ends& ends,
               const int8_t* ahead) {
        const int from = product.faces[task], to = product.faces[task + 1];
        if (task == product.tasks) {
            for (int i = from; i < to; ++i)
                isa_.rows.fill(0, call_.total, product, product.shown[i] / product.panels,
                               product.shown[i] % product.panels, ends);
            return;
        }
        alignas(64) int32_t sums[TILE * PANEL];
        const int8_t* weights = product.packed + product.at[task];
        for (int first = 0; first < call_.total; first += TILE) {
            const int some = std::min(TILE, call_.total - first);
            tile(isa_, product, task, in.rows, first, some, first ? weights : ahead, sums);
            for (int i = from; i < to; ++i)
                isa_.rows.finish(sums, first, some, product, product.shown[i] / product.panels,
                                 product.shown[i] % product.panels, in, ends);
        }
    }

    void attend(const Head& head) {
        const int stride = 3 * sizes_.hidden;
        member_.each(static_cast<int>(call_.spans.size()) * sizes_.heads, [&](int task) {
            const int at = task % sizes_.heads * head.size;
            const float* mixed = work_.mixed;
            isa_.rows.attend(mixed + at, mixed + sizes_.hidden + at, mixed + 2 * sizes_.hidden + at,
                             stride, call_.spans[task / sizes_.heads], head,
                             work_.context + at, sizes_.hidden,
                             work_.scratch + work_.part * member_.place());
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

void Work::fit(const Sizes& sizes, const std::vector<Layer>& layers, int total, int longest,
               int threads) {
    const std::size_t rows = total, hidden = sizes.hidden;
    std::size_t most = 0, loud = 0;
    for (const Layer& layer : layers) {
        for (const Packed* each : {&layer.mix[0], &layer.mix[1], &layer.mix[2],
                                   &layer.attention_output, &layer.intermediate, &layer.output}) {
            most = std::max(most, rounded_bytes(each->product(), total));
            loud = std::max<std::size_t>(loud, each->product().loud);
        }
    }
    part = attend_scratch(longest, sizes.hidden / sizes.heads);
    for (const bool made : {false, true}) {
        std::size_t used = 0;
        auto give = [&](auto*& to, std::size_t n) {
            if (made) to = reinterpret_cast<std::remove_reference_t<decltype(to)>>(room_.get() + used);
            used += (n * sizeof *to + LINE - 1) / LINE * LINE;
        };
        give(x, rows * hidden), give(context, rows * hidden);
        give(mixed, rows * 3 * hidden), give(wide, rows * sizes.wide);
        for (int i = 0; i < 3; ++i)
            give(bytes[i], most), give(steps[i], rows), give(kept[i], rows * loud);
        give(scratch, part * threads);
        if (used <= size_) continue;
        room_ = nullptr, size_ = (used + LARGE - 1) / LARGE * LARGE, room_ = pages(size_);
    }
}

Encoder::~Encoder() = default;

Encoder::Encoder(Sizes sizes, Isa isa, View<int8_t> words, View<float> word_scale,
                 View<float> positions, Norm norm)
    : sizes_(sizes), isa_(isa), words_(std::move(words)), word_scale_(std::move(word_scale)),
      positions_(std::move(positions)), norm_(std::move(norm)), work_(std::make_unique<Work>()) {}

// Returns what of the heads of a layer can be other than zero.
static Head head_of(const Layer& layer, const Sizes& sizes) {
    Head head{sizes.hidden / sizes.heads, 0, 0};
    for (int out = 0; out < sizes.hidden; ++out) {
        const int end = out % head.size + 1;
        if (!layer.mix[0].silent(out) && !layer.mix[1].silent(out))
            head.matched = std::max(head.matched, end);
        if (!layer.mix[2].silent(out)) head.valued = std::max(head.valued, end);
    }
    return head;
}

void Encoder::add(Layer layer) {
    for (int i = 1; i < 3; ++i) {
        const int first = first_like(layer.mix, i);
        if (first < i) layer.mix[first].round_for(layer.mix[i]);
    }
    for (Packed& each : layer.mix) each.settle(isa_.rows, After::nothing);
    layer.attention_output.settle(isa_.rows, After::nothing);
    layer.intermediate.settle(isa_.rows, After::gelu);
    layer.output.settle(isa_.rows, After::nothing);
    layer.head = head_of(layer, sizes_);
    for (int i = 0; i < 3; ++i) {
        const int some = i < 2 ? layer.head.matched : layer.head.valued;
        if (layer.mix[i].empty_beyond(some, layer.head.size)) layer.mix[i].drop_empty();
    }
    if (layer.output.leave_out(layer.intermediate)) layer.intermediate.drop_empty();
    layers_.push_back(std::move(layer));
}

void tile(const Isa& isa, const Product& p, int task, const int8_t* rows, int first, int some,
          const int8_t* ahead, int32_t* sums) {
    const int face = p.shown[p.faces[task]], group = face / p.panels;
    const int32_t* start = p.start + face * PANEL;
    if (p.line) {
        const std::ptrdiff_t quads = p.ins / p.groups / QUAD;
        const int8_t* x = rows + first / p.lanes() * p.apart() + group * quads * p.line;
        const SparseSums sum = p.outputs == 8 ? isa.sparse.eight : isa.sparse.four;
        sum(x, p.apart(), some, p.kept[task], start, ahead, sums);
        return;
    }
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(p.groups) * p.depth;
    isa.kernel.sums(rows + first * stride + group * p.depth, stride, some, p.packed + p.at[task],
                    p.depth, start, ahead, sums);
}

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
        for (int i = 0; i < length; ++i) call->places.push_back(i);
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
