// The Python face: arrays are checked here, and the interpreter lock is let go while it computes.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "encoder.h"

namespace py = pybind11;

namespace native {
namespace {

template <typename T>
using Array = py::array_t<T, py::array::c_style>;

template <typename T>
View<T> view(const Array<T>& array) {
    return {array.data(), {array.shape(), array.shape() + array.ndim()}};
}

std::vector<float> floats_of(const Array<float>& array, int n, const char* what) {
    want(array.ndim() == 1 && array.shape(0) == n, std::string(what) + " has another length");
    return {array.data(), array.data() + n};
}

// (blocks, places, counts), or a dense weight
using Weights = std::variant<std::tuple<Array<int8_t>, Array<uint16_t>, Array<int32_t>>,
                             Array<int8_t>>;
// (weights, scale, bias, groups, outliers or None)
using Given =
    std::tuple<Weights, Array<float>, Array<float>, int, std::optional<Array<int32_t>>>;

void weigh(const Weights& given, Plan& plan) {
    if (const auto* dense = std::get_if<Array<int8_t>>(&given)) {
        plan.weight = view(*dense);
    } else {
        const auto& [blocks, places, counts] = std::get<0>(given);
        plan.sparse = {view(blocks), view(places), view(counts)};
    }
}

Plan plan(const Given& given) {
    Plan made;
    weigh(std::get<0>(given), made);
    made.scale = view(std::get<1>(given)), made.bias = view(std::get<2>(given));
    made.groups = std::get<3>(given);
    if (const auto& columns = std::get<4>(given)) {
        want(columns->ndim() == 1, "outliers are not a list");
        made.columns = view(*columns);
    }
    return made;
}

// An encoder with the arrays it reads in place.
class Core {
  public:
    Core(std::shared_ptr<Pool> pool, Isa chosen, int heads, int wide, int tile, float eps,
         Array<int8_t> words, Array<float> word_scale, Array<float> positions, Array<float> weight,
         Array<float> bias)
        : pool_(std::move(pool)), words_(words), word_scale_(word_scale), positions_(positions) {
        want(words.ndim() == 2 && word_scale.ndim() == 1 && positions.ndim() == 2,
             "the embeddings have other shapes");
        Sizes sizes;
        sizes.hidden = static_cast<int>(positions.shape(1)), sizes.wide = wide;
        sizes.heads = heads, sizes.tile = tile, sizes.eps = eps;
        sizes.vocabulary = static_cast<int>(words.shape(0));
        sizes.positions = static_cast<int>(positions.shape(0));
        want(heads > 0 && tile > 0 && wide > 0 && sizes.hidden > 0 && sizes.hidden % heads == 0 &&
                 words.shape(1) * tile == sizes.hidden && word_scale.shape(0) == words.shape(0),
             "the embeddings do not fit together");
        encoder_ = std::make_unique<Encoder>(
            sizes, chosen, view(words), view(word_scale), view(positions),
            Norm{floats_of(weight, sizes.hidden, "norm.weight"),
                 floats_of(bias, sizes.hidden, "norm.bias")});
    }

    Core(Core&&) = default;
    ~Core() {
        if (pool_) pool_->settle();  // a thread may still be walking over a job that is done
    }

    void add(const std::vector<Given>& parts, const std::vector<Array<float>>& norms) {
        pool_->settle();
        want(parts.size() == 6 && norms.size() == 4, "a layer has six products and two norms");
        const Sizes& s = encoder_->sizes();
        const char* const names[] = {"query", "key", "value", "attention_output", "intermediate",
                                     "output"};
        auto packed = [&](int i, int ins, int outs) {
            return Packed(names[i], plan(parts[i]), ins, outs, encoder_->isa());
        };
        auto norm = [&](int i) {
            return Norm{floats_of(norms[i], s.hidden, "norm"),
                        floats_of(norms[i + 1], s.hidden, "norm")};
        };
        std::vector<Packed> mix;  // packed in the order in which they are read
        for (int i = 0; i < 3; ++i) mix.push_back(packed(i, s.hidden, s.hidden));
        Layer layer{std::move(mix), packed(3, s.hidden, s.hidden), packed(4, s.hidden, s.wide),
                    packed(5, s.wide, s.hidden), norm(0), norm(2)};
        encoder_->add(std::move(layer));
    }

    Array<float> run(const Array<int64_t>& ids, const Array<int64_t>& lengths) const {
        want(ids.ndim() == 1 && lengths.ndim() == 1, "ids and lengths are lists");
        Array<float> out({ids.shape(0), static_cast<py::ssize_t>(encoder_->sizes().hidden)});
        float* to = out.mutable_data();
        const py::gil_scoped_release released;
        encoder_->run(*pool_, ids.data(), ids.shape(0), lengths.data(), lengths.shape(0), to);
        return out;
    }

    std::string isa() const { return encoder_->isa().kernel.name; }

  private:
    std::shared_ptr<Pool> pool_;
    Array<int8_t> words_;
    Array<float> word_scale_, positions_;
    std::unique_ptr<Encoder> encoder_;
};

Array<int32_t> sums_of(const Array<int8_t>& x, const Weights& weights, int outs, int groups,
                       const std::string& name) {
    want(x.ndim() == 2 && outs >= 0, "rows are a matrix");
    const Isa chosen = isa(name);
    const Array<float> ones(std::vector<py::ssize_t>{outs});
    Plan plan;
    weigh(weights, plan);
    plan.scale = plan.bias = view(ones), plan.groups = groups;
    const Packed packed("weights", plan, static_cast<int>(x.shape(1)), outs, chosen);
    Array<int32_t> out({x.shape(0), static_cast<py::ssize_t>(outs)});
    sums(chosen, packed, x.data(), static_cast<int>(x.shape(0)), out.mutable_data());
    return out;
}

}  // namespace
}  // namespace native

PYBIND11_MODULE(_core, module) {
    using namespace native;
    module.doc() = "The int8 encoder in C++.";
    module.def("isas", &isas, "Names of the kernels this CPU has, the best first.");
    module.def("sums", &sums_of, py::arg("x").noconvert(), py::arg("weights").noconvert(),
               py::arg("outs"), py::arg("groups") = 1, py::arg("isa") = "",
               "int8 rows (T, in) times a dense weight (out, in / groups) or (blocks, places, "
               "counts), as int32 (T, out).");
    module.def(
        "sweep",
        [](const Array<int8_t>& array, Pool& pool) {
            const py::gil_scoped_release released;
            return sweep(array.data(), array.size(), pool);
        },
        py::arg("array").noconvert(), py::arg("pool"), "Read every byte once; its checksum.");
    module.def(
        "multiply",
        [](py::ssize_t bytes, int rows, Pool& pool, const std::string& name) {
            want(bytes >= 0 && rows >= 1, "multiply some bytes by some rows");
            const Isa chosen = isa(name, true);  // the proof takes as long as 16 rows by 8 MB
            const py::gil_scoped_release released;
            multiply(chosen, bytes, rows, pool);
        },
        py::arg("size"), py::arg("rows"), py::arg("pool"), py::arg("isa") = "",
        "Multiply so many bytes of weights by rows, all from the nearest cache.");
    py::class_<Pool, std::shared_ptr<Pool>>(module, "Pool")
        .def(py::init<int>(), py::arg("threads"))
        .def_property_readonly("threads", &Pool::threads);
    py::class_<Core>(module, "Core")
        .def(py::init([](std::shared_ptr<Pool> pool, const std::string& name, int heads, int wide,
                         int tile, float eps, Array<int8_t> words, Array<float> word_scale,
                         Array<float> positions, Array<float> weight, Array<float> bias) {
                 return Core(std::move(pool), isa(name), heads, wide, tile, eps, std::move(words),
                             std::move(word_scale), std::move(positions), std::move(weight),
                             std::move(bias));
             }),
             py::arg("pool"), py::arg("isa"), py::arg("heads"), py::arg("wide"), py::arg("tile"),
             py::arg("eps"), py::arg("words").noconvert(), py::arg("word_scale").noconvert(),
             py::arg("positions").noconvert(), py::arg("weight").noconvert(),
             py::arg("bias").noconvert())
        .def("add", &Core::add, py::arg("products"), py::arg("norms"))
        .def("run", &Core::run, py::arg("ids").noconvert(), py::arg("lengths").noconvert())
        .def_property_readonly("isa", &Core::isa);
}
