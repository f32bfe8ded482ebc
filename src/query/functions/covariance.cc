// How two columns vary together: covariance, cov, pearsonr.

#include <cmath>

#include "query/function_set.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<Tables> covariance(Call& call, Tables input) {
  const auto labels = call.texts("columns");
  if (labels.size() != 2) return refuse("must provide exactly two columns");
  const bool pearson = call.boolean("pearsonr");
  return change_each(call, std::move(input), [&](Table& table) -> Result<void> {
    const Column* of[2] = {};
    for (size_t i = 0; i < 2; ++i) {
      of[i] = table.find(labels[i]);
      if (of[i] == nullptr) return refuse("specified column does not exist in table: {}", labels[i]);
      if (of[i]->type() != ColumnType::Float) return refuse("covariance does not support {}", to_string(of[i]->type()));
    }
    double n = 0, x_mean = 0, y_mean = 0, x_square = 0, y_square = 0, product = 0;
    for (size_t row = 0; row < table.rows; ++row) {
      if (of[0]->null(row) || of[1]->null(row)) continue;
      const double x = of[0]->number(row);
      const double y = of[1]->number(row);
      ++n;
      const double dx = x - x_mean;
      const double dy = y - y_mean;
      x_mean += dx / n;
      y_mean += dy / n;
      x_square += dx * (x - x_mean);
      y_square += dy * (y - y_mean);
      product += dx * (y - y_mean);
    }
    double value = std::nan("");
    if (n >= 2) value = pearson ? product / std::sqrt(x_square * y_square) : product / (n - 1);
    Table out = table_of_key(table.key, 1);
    out.put(call.text("valueDst", "_value"), Column::constant(Cell::of(value), 1));
    table = std::move(out);
    return {};
  });
}

constexpr Builtin kBuiltins[] = {
    {"",
     "covariance",
     {{"tables", kStream, Need::Pipe},
      {"columns", kStrings, Need::Required},
      {"pearsonr", kBool},
      {"valueDst", kString}},
     nullptr,
     covariance},
};

constexpr Prelude kPreludes[] = {{"", R"(
cov = (x, y, on, pearsonr=false) => join(tables: {x: x, y: y}, on: on)
    |> covariance(pearsonr: pearsonr, columns: ["_value_x", "_value_y"])
pearsonr = (x, y, on) => cov(x: x, y: y, on: on, pearsonr: true)
)"}};

}  // namespace

extern const FunctionSet covariance_function_set;
const FunctionSet covariance_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
