// Sparse weights in the order in which the kernels read them, and what their structure saves: panels
// that are like others or have no weights, inputs that nobody reads.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <stdexcept>

#include "encoder.h"

namespace native {
namespace {

constexpr int SIXTEEN = 16;       // inputs that are rounded at once
constexpr std::size_t LINE = 64;  // bytes of a line of the cache

std::size_t lines(std::size_t bytes) { return (bytes + LINE - 1) / LINE * LINE; }

// Says what is wrong with blocks; reads none that is not there.
void check(const std::string& name, const Blocks& given, int outs, int share, int quads) {
    const auto& shape = given.blocks.shape;
    want(shape.size() == 3 && (shape[1] == 4 || shape[1] == 8) && shape[2] == QUAD,
         name + ".blocks are not of 4 or 8 outputs by 4 inputs");
    const std::ptrdiff_t kept = shape[0], rows = shape[1];
    want(given.places.shape == std::vector<std::ptrdiff_t>{kept},
         name + ".places are not one for each block");
    want(share % rows == 0, name + " has outputs that are no whole blocks");
    want(given.counts.shape == std::vector<std::ptrdiff_t>{outs / rows},
         name + ".counts are not one for each group of outputs");
    std::ptrdiff_t k = 0;
    for (std::ptrdiff_t g = 0; g < outs / rows; ++g) {
        const int32_t count = given.counts.at[g];
        want(count >= 0 && count <= quads && count <= kept - k,
             name + ".counts are not those of its blocks");
        for (std::ptrdiff_t end = k + count, last = -1; k < end; last = given.places.at[k++])
            want(given.places.at[k] > last && given.places.at[k] < quads,
                 name + ".places are out of order or beyond the inputs");
    }
    want(k == kept, name + ".counts are not those of its blocks");
}

// A panel's part of the blocks.
struct Part {
    const int8_t* weights;
    const uint16_t* places;
    std::size_t kept = 0;
    std::vector<int32_t> counts;

    // What two panels have in common that need be multiplied once only.
    std::string key(int group, int outputs) const {
        std::string made(reinterpret_cast<const char*>(&group), sizeof group);
        made.append(reinterpret_cast<const char*>(counts.data()), counts.size() * sizeof(int32_t));
        made.append(reinterpret_cast<const char*>(places), kept * sizeof *places);
        return made.append(reinterpret_cast<const char*>(weights), kept * outputs * QUAD);
    }
};

}  // namespace

void Packed::pack_sparse(const std::string& name, const Plan& plan, const SparseKernel& kernel) {
    Product& p = product_;
    const Blocks& given = plan.sparse;
    const int share = p.outs / p.groups, width = p.ins / p.groups, quads = width / QUAD;
    want(width % QUAD == 0, name + " has inputs that are no whole blocks");
    check(name, given, p.outs, share, quads);
    const int R = p.outputs = static_cast<int>(given.blocks.shape[1]);
    p.line = kernel.line, p.shift = kernel.unsigned_rows ? 128 : 0;
    heard_.assign(p.outs, false);
    std::vector<bool> read(padded(p.ins, SIXTEEN) / SIXTEEN, false);

    std::map<std::string, std::vector<int32_t>> alike;  // the panels of each task
    std::vector<std::pair<Part, const std::vector<int32_t>*>> tasks;
    std::vector<int32_t> empty;
    std::size_t k = 0, bytes = 0;
    for (int face = 0; face < p.groups * p.panels; ++face) {
        const int group = face / p.panels, first = group * share + face % p.panels * PANEL;
        const int end = std::min(first + PANEL, (group + 1) * share);
        Part part{given.blocks.at + k * R * QUAD, given.places.at + k, 0,
                  std::vector<int32_t>(PANEL / R, 0)};
        for (int out = first; out < end; out += R) {
            const int count = part.counts[(out - first) / R] = given.counts.at[out / R];
            for (int i = 0; i < count; ++i, ++k) {
                const int quad = group * quads + given.places.at[k];
                read[quad * QUAD / SIXTEEN] = true;
                for (int w = 0; w < R * QUAD; ++w) {
                    const int weight = given.blocks.at[k * R * QUAD + w], to = out + w / QUAD;
                    start_[place_of(to)] -= p.shift * weight;
                    if (weight) heard_[to] = true;
                    for (int l = 0; l < p.loud; ++l)
                        if (columns_[l] == quad * QUAD + w % QUAD)
                            apart_[l * start_.size() + place_of(to)] =
                                static_cast<float>(weight) * plan.scale.at[to];
                }
            }
            part.kept += count;
        }
        if (!part.kept) {
            empty.push_back(face);
            continue;
        }
        auto& faces = alike[part.key(group, R)];
        if (faces.empty()) {
            bytes += lines(part.kept * R * QUAD) + lines(part.kept * sizeof(uint16_t));
            tasks.emplace_back(std::move(part), &faces);
        }
        faces.push_back(face);
    }
    for (int out = 0; out < p.outs; ++out)
        if (plan.bias.at[out] != 0) heard_[out] = true;

    p.tasks = static_cast<int>(tasks.size());
    weights_ = block(bytes);
    counts_.reserve(tasks.size() * (PANEL / R));
    std::ptrdiff_t to = 0;
    for (const auto& [part, faces] : tasks) {
        at_.push_back(to), faces_.push_back(static_cast<int32_t>(shown_.size()));
        shown_.insert(shown_.end(), faces->begin(), faces->end());
        int8_t* weights = weights_.get() + to;
        int8_t* places = weights + lines(part.kept * R * QUAD);
        std::memcpy(weights, part.weights, part.kept * R * QUAD);
        std::memcpy(places, part.places, part.kept * sizeof(uint16_t));
        kept_.push_back({weights, reinterpret_cast<const uint16_t*>(places),
                         counts_.data() + counts_.size()});
        counts_.insert(counts_.end(), part.counts.begin(), part.counts.end());
        to += lines(part.kept * R * QUAD) + lines(part.kept * sizeof(uint16_t));
    }
    at_.push_back(to), faces_.push_back(static_cast<int32_t>(shown_.size()));
    shown_.insert(shown_.end(), empty.begin(), empty.end());
    faces_.push_back(static_cast<int32_t>(shown_.size()));
    p.kept = kept_.data();
    for (std::size_t i = 0; i < read.size(); ++i) {
        if (read[i]) read_.push_back(static_cast<uint16_t>(i));
        seen_.push_back(static_cast<uint16_t>(i));
    }
    show_read();
}

void Packed::show_read() {
    Product& p = product_;
    p.read = read_.data(), p.reads = static_cast<int>(read_.size());
    p.seen = seen_.data(), p.sees = static_cast<int>(seen_.size());
}

void Packed::round_for(const Packed& other) {
    if (!product_.line) return;
    std::vector<uint16_t> both;
    std::set_union(read_.begin(), read_.end(), other.read_.begin(), other.read_.end(),
                   std::back_inserter(both));
    read_ = std::move(both);
    show_read();
}

bool Packed::silent(int out) const { return product_.line && !heard_[out]; }

void Packed::settle(const Rows& rows, After after) {
    Product& p = product_;
    if (!p.empty()) return;
    constants_.assign(start_.size(), 0);
    const int32_t sums[PANEL] = {};
    const std::vector<float> kept(p.loud, 0);
    float step = 1;
    std::vector<float> made(p.outs, 0);
    for (int i = p.faces[p.tasks]; i < p.faces[p.tasks + 1]; ++i)
        rows.finish(sums, 0, 1, p, p.shown[i] / p.panels, p.shown[i] % p.panels,
                    {nullptr, &step, const_cast<float*>(kept.data()), 1},
                    {made.data(), p.outs, nullptr, after});
    for (int out = 0; out < p.outs; ++out) constants_[place_of(out)] = made[out];
    p.constants = constants_.data();
}

std::vector<std::pair<int, int>> Packed::empty_outputs() const {
    const Product& p = product_;
    const int share = p.outs / p.groups;
    std::vector<std::pair<int, int>> found;
    for (int i = p.faces[p.tasks]; i < p.faces[p.tasks + 1]; ++i) {
        const int channel = p.shown[i] % p.panels * PANEL, group = p.shown[i] / p.panels;
        found.emplace_back(group * share + channel,
                           group * share + std::min(channel + PANEL, share));
    }
    return found;
}

bool Packed::empty_beyond(int some, int size) const {
    for (const auto& [from, to] : empty_outputs())
        for (int out = from; out < to; ++out)
            if (out % size < some) return false;
    return true;
}

bool Packed::leave_out(const Packed& before) {
    Product& p = product_;
    if (!p.line || !before.product_.empty()) return false;
    std::vector<bool> known(p.ins, false);
    float least = 0;
    for (const auto& [from, to] : before.empty_outputs())
        for (int i = from; i < to; ++i) {
            known[i] = true;
            least = std::max(least, std::abs(before.constants_[before.place_of(i)]));
        }
    for (const int32_t column : columns_)
        if (known[column]) return false;
    std::vector<uint16_t> seen;
    for (int i = 0; i < p.ins; i += SIXTEEN) {
        const int some = std::min(SIXTEEN, p.ins - i);
        const auto from = known.begin() + i;
        const auto count = std::count(from, from + some, true);
        const auto sixteen = static_cast<uint16_t>(i / SIXTEEN);
        if (!count)
            seen.push_back(sixteen);
        else if (count < some || std::binary_search(read_.begin(), read_.end(), sixteen))
            return false;
    }
    seen_ = std::move(seen), p.least = least;
    show_read();
    return true;
}

}  // namespace native
