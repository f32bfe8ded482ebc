// Tables out of a query's own text: csv.from, array.from.
#include <algorithm>

#include "base/file.h"
#include "query/annotated_csv.h"
#include "query/function_set.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

Result<std::string> read_file(Call& call) {
  if (!call.context().local_files()) return fail(ErrorCode::Denied, "files are read by the local command alone");
  auto file = File::open(std::string(call.text("file")));
  if (!file) return fail(std::move(file).error());
  std::string out;
  std::vector<char> part(64 << 10);
  while (true) {
    const auto count = file->read_next(part);
    if (!count) return fail(count.error());
    if (*count == 0) return out;
    out.append(part.data(), *count);
    if (auto fits = call.context().room(out.size()); !fits) return fail(std::move(fits).error());
  }
}

Result<Tables> from_csv(Call& call, Tables) {
  if (call.has("csv") == call.has("file")) return refuse("one of `csv` and `file` is needed");
  std::string kept;
  std::string_view text = call.text("csv");
  if (call.has("file")) {
    auto read = read_file(call);
    if (!read) return fail(std::move(read).error());
    kept = std::move(*read);
    text = kept;
  }
  if (auto counted = call.context().step(text.size()); !counted) return fail(std::move(counted).error());
  const std::string_view mode = call.text("mode", "annotations");
  if (mode == "raw") {
    auto table = read_raw_csv(text);
    if (!table) return fail(std::move(table).error());
    Tables out;
    out.push_back(std::move(*table));
    return out;
  }
  if (mode != "annotations") return refuse("mode must be \"annotations\" or \"raw\", not \"{}\"", mode);
  auto results = read_annotated_csv(text);
  if (!results) return fail(std::move(results).error());
  if (results->size() > 1) return refuse("the text holds {} results, csv.from takes one", results->size());
  return results->empty() ? Tables{} : std::move(results->front().tables);
}

Result<Tables> from_array(Call& call, Tables) {
  const auto& rows = call.value("rows").as_array().values();
  if (rows.empty()) return refuse("`rows` must have a row");
  std::vector<std::pair<std::string, std::optional<ColumnBuilder>>> columns;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (!rows[row].is(Type::Record)) return refuse("`rows` must hold records");
    for (const auto& [name, value] : rows[row].as_record().fields()) {
      auto it = std::ranges::find_if(columns, [&](const auto& c) { return c.first == name.view(); });
      if (it == columns.end()) it = columns.emplace(columns.end(), std::string(name.view()), std::nullopt);
      if (value.type() == Type::Null) continue;
      const auto type = column_type(value.type());
      if (!type) return refuse("`{}` is {}, which no column can hold", name.view(), to_string(value.type()));
      if (!it->second) it->second.emplace(*type, rows.size());
      while (it->second->size() < row) it->second->null();
      if (!append_value(*it->second, value)) {
        return refuse("`{}` is {} in one row and {} in another", name.view(), to_string(it->second->type()),
                      to_string(*type));
      }
    }
  }
  Table out;
  out.rows = rows.size();
  for (auto& [name, column] : columns) {
    if (!column) continue;
    while (column->size() < rows.size()) column->null();
    out.columns.push_back({name, column->finish()});
  }
  Tables tables;
  tables.push_back(std::move(out));
  return tables;
}

constexpr Builtin kBuiltins[] = {
    {"csv", "from", {{"csv", kString}, {"file", kString}, {"mode", kString}}, nullptr, from_csv},
    {"array", "from", {{"rows", kArray, Need::Required}}, nullptr, from_array},
};
constexpr Prelude kPreludes[] = {

    {"experimental/array", "import \"array\"\nfrom = array.from"},
};

}  // namespace

extern const FunctionSet sources_function_set;
const FunctionSet sources_function_set{.builtins = kBuiltins, .preludes = kPreludes};

}  // namespace inquest::query
