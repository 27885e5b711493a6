// DistilBERT and SqueezeBERT, token ids to vectors: one call runs every layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "kernels.h"
#include "pool.h"
#include "rows.h"

namespace native {

// Raises std::invalid_argument, which says what, unless something is well.
inline void want(bool well, const std::string& what) {
    if (!well) throw std::invalid_argument(what);
}

// A view of a row-major array that somebody else owns.
template <typename T>
struct View {
    const T* at = nullptr;
    std::vector<std::ptrdiff_t> shape;
};

// Memory for packed weights: aligned, and on large pages where the system has them. A page is
// shared by what this thread asks for one after another, and goes with the last of it.
using Block = std::shared_ptr<int8_t>;
Block block(std::size_t bytes);
// Whole large pages that nothing else shares.
constexpr std::size_t LARGE = std::size_t{2} << 20;  // bytes of one
Block pages(std::size_t bytes);

// What of a sparse product's weight is kept: blocks (kept, R, QUAD), where R is 4 or 8, ordered by the
// group of R outputs each belongs to and then by its place (kept,), the quad of the inputs it reads,
// counts (outs / R,) a group.
struct Blocks {
    View<int8_t> blocks;
    View<uint16_t> places;
    View<int32_t> counts;
};

// What a layer's product is made of. Weight (outs, ins / groups), or blocks in its place; scale, bias
// (outs,), columns (k,).
struct Plan {
    View<int8_t> weight;
    View<float> scale, bias;
    int groups = 1;
    View<int32_t> columns;
    Blocks sparse = {};
};

// The kernels for a CPU, by name or the best one ("" ). Raises std::invalid_argument for a name
// that is unknown or that this CPU has not. Those that isas() named need not prove again what they
// compute.
struct Isa {
    Kernel kernel;
    SparseKernel sparse;
    Rows rows;
};
Isa isa(const std::string& name, bool proven = false);
std::vector<std::string> isas();

// The packed form of a Plan. Raises std::invalid_argument when its shapes do not fit together.
class Packed {
  public:
    Packed(const std::string& name, const Plan& plan, int ins, int outs, const Isa& isa);
    const Product& product() const { return product_; }

    // Tells whether rows can be rounded once for both.
    bool reads_like(const Packed& other) const;
    // Has rows rounded for another product too, which reads_like this one.
    void round_for(const Packed& other);
    // Tells whether an output is zero whatever comes in.
    bool silent(int out) const;
    // Works out what panels without weights give.
    void settle(const Rows& rows, After after);
    // Drops the panels without weights: nobody looks at what they give.
    void drop_empty() { faces_.back() = faces_[product_.tasks]; }
    // Tells whether all that the panels without weights give lies beyond the first `some` of every
    // `size` outputs.
    bool empty_beyond(int some, int size) const;
    // Leaves what the panels without weights of another product give out of this one's inputs, if
    // no weight reads them; tells whether it did.
    bool leave_out(const Packed& before);

  private:
    void pack(const Plan& plan, int shift);
    void pack_sparse(const std::string& name, const Plan& plan, const SparseKernel& kernel);
    void scale_and_bias(const Plan& plan);
    int place_of(int out) const;  // of an output among the padded ones
    void keep_apart(const Plan& plan);
    std::vector<std::pair<int, int>> empty_outputs() const;  // from, to
    void show_read();

    Product product_;
    Block weights_;
    std::vector<std::ptrdiff_t> at_;
    std::vector<int32_t> start_, columns_, faces_, shown_, counts_;
    std::vector<float> scale_, bias_, apart_, constants_;
    std::vector<Kept> kept_;
    std::vector<uint16_t> read_, seen_;
    std::vector<bool> heard_;  // outputs with some weight or bias
};

struct Norm {
    std::vector<float> weight, bias;
};

struct Layer {
    std::vector<Packed> mix;  // query, key, value
    Packed attention_output, intermediate, output;
    Norm attention_norm, output_norm;
    Head head = {};
};

struct Sizes {
    int hidden = 0, wide = 0, heads = 0, vocabulary = 0, positions = 0, tile = 1;
    float eps = 0;
};

struct Work;  // what one call needs beside the weights

class Encoder {
  public:
    // The words stay where they are and must outlive this.
    Encoder(Sizes sizes, Isa isa, View<int8_t> words, View<float> word_scale, View<float> positions,
            Norm norm);
    ~Encoder();
    void add(Layer layer);

    // Encodes sentences of these lengths, whose ids lie one after another, to out (total, hidden).
    // Raises std::invalid_argument for an id or a length out of range.
    void run(Pool& pool, const int64_t* ids, std::ptrdiff_t total, const int64_t* lengths,
             std::ptrdiff_t sentences, float* out) const;

    const Sizes& sizes() const { return sizes_; }
    const Isa& isa() const { return isa_; }

  private:
    const Sizes sizes_;
    const Isa isa_;
    const View<int8_t> words_;
    const View<float> word_scale_, positions_;
    const Norm norm_;
    std::vector<Layer> layers_;
    mutable std::mutex busy_;  // callers take turns with the work
    mutable std::unique_ptr<Work> work_;
};

// The sums of `some` <= TILE rows from row `first` on by one task of a product; `rows` are rounded.
void tile(const Isa& isa, const Product& product, int task, const int8_t* rows, int first, int some,
          const int8_t* ahead, int32_t* sums);

// Reads every byte once with all threads: the least time a sentence can take.
uint64_t sweep(const int8_t* at, std::ptrdiff_t bytes, Pool& pool);

// Multiplies so many bytes of weights by so many rows without ever leaving the nearest cache: the
// least time that the multiplications alone can take.
void multiply(const Isa& isa, std::ptrdiff_t bytes, int rows, Pool& pool);

// The integer sums (rows, outs) of int8 rows (rows, ins) by a kernel, for tests.
void sums(const Isa& isa, const Packed& packed, const int8_t* x, int rows, int32_t* out);

}  // namespace native
