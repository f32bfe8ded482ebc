// What puts rows of two streams side by side: join, and the package join (inner, left, right, full, time).

#include <algorithm>
#include <map>
#include <set>

#include "query/function_set.h"
#include "query/interpreter.h"
#include "query/record_rows.h"
#include "query/row_index.h"
#include "query/row_values.h"
#include "query/table_function.h"

namespace inquest::query {
namespace {

constexpr size_t kMostRows = 20'000'000;

struct Side {
  std::string name;
  Tables tables;
};

// What join() calls the column of one side: with the stream's name behind it where both have it.
std::string joined_label(const std::string& label, const std::string& name, const std::set<std::string>& shared,
                         const std::vector<std::string>& on) {
  if (!shared.contains(label) || std::ranges::find(on, label) != on.end()) return label;
  return label + "_" + name;
}

std::set<std::string> shared_labels(const Table& left, const Table& right) {
  std::set<std::string> out;
  for (const NamedColumn& column : left.columns) {
    if (right.find(column.label) != nullptr) out.insert(column.label);
  }
  return out;
}

GroupKey joined_key(const Table& left, const std::string& left_name, const Table& right, const std::string& right_name,
                    const std::set<std::string>& shared, const std::vector<std::string>& on) {
  std::map<std::string, Cell> parts;
  for (const auto& part : left.key.parts())
    parts.try_emplace(joined_label(part.label, left_name, shared, on), part.value);
  for (const auto& part : right.key.parts()) {
    parts.try_emplace(joined_label(part.label, right_name, shared, on), part.value);
  }
  std::vector<GroupKey::Part> out;
  for (auto& [label, value] : parts) out.push_back({label, std::move(value)});
  return GroupKey(std::move(out));
}

// The rows of both that have the same values, which are not null, in the columns `on`; in their order.
Result<Table> join_tables(const Side& left_side, const Table& left, const Side& right_side, const Table& right,
                          const std::vector<std::string>& on) {
  const RowIndex index(right, on);
  std::vector<uint32_t> order;
  for (size_t row = 0; row < left.rows; ++row) order.push_back(static_cast<uint32_t>(row));
  std::ranges::stable_sort(order, [&](uint32_t a, uint32_t b) {
    for (const std::string& label : on) {
      const Column* column = left.find(label);
      if (column == nullptr) continue;
      if (const int sign = compare(*column, a, *column, b); sign != 0) return sign < 0;
    }
    return false;
  });
  std::vector<uint32_t> left_rows;
  std::vector<uint32_t> right_rows;
  for (const uint32_t row : order) {
    bool null_found = false;
    const std::string identity = identity_of(left, on, row, &null_found);
    if (null_found) continue;
    for (const uint32_t match : index.find(identity)) {
      if (left_rows.size() >= kMostRows) return fail(ErrorCode::Limit, "the join has too many rows");
      left_rows.push_back(row);
      right_rows.push_back(match);
    }
  }
  const auto shared = shared_labels(left, right);
  std::map<std::string, Column> columns;  // sorted by label, as Flux gives them
  for (const NamedColumn& column : left.columns) {
    columns.try_emplace(joined_label(column.label, left_side.name, shared, on), column.column.take(left_rows));
  }
  for (const NamedColumn& column : right.columns) {
    columns.try_emplace(joined_label(column.label, right_side.name, shared, on), column.column.take(right_rows));
  }
  Table out{joined_key(left, left_side.name, right, right_side.name, shared, on), {}, left_rows.size(), left.range};
  for (auto& [label, column] : columns) {
    const Cell* value = out.key.find(label);
    out.columns.push_back({label, value != nullptr ? Column::constant(*value, out.rows) : std::move(column)});
  }
  return out;
}

Result<Side> side(Call& call, const Record::Field& field) {
  if (!field.second.is(Type::Stream)) return refuse("`tables` must be a record of streams");
  auto tables = field.second.as_stream().tables(call.context());
  if (!tables) return fail(tables.error());
  return Side{std::string(field.first.view()), std::move(*tables)};
}

// The columns of `on` that are in every table's key: only tables that agree in them can have rows in common.
std::vector<std::string> keyed_labels(const Side& left, const Side& right, const std::vector<std::string>& on) {
  std::vector<std::string> out;
  for (const std::string& label : on) {
    const auto has = [&](const Table& table) { return table.key.has(label); };
    if (std::ranges::all_of(left.tables, has) && std::ranges::all_of(right.tables, has)) out.push_back(label);
  }
  return out;
}

std::string key_identity(const Table& table, const std::vector<std::string>& labels) {
  std::vector<GroupKey::Part> parts;
  for (const std::string& label : labels) parts.push_back({label, *table.key.find(label)});
  return GroupKey(std::move(parts)).identity();
}

Result<Tables> join(Call& call, Tables) {
  const std::string_view method = call.text("method", "inner");
  if (method != "inner") return refuse("\"{}\" is not a valid join method: only inner joins are", method);
  const auto& fields = call.value("tables").as_record().fields();
  if (fields.size() != 2) return refuse("joins currently must have two parents, found {}", fields.size());
  auto on = call.texts("on");
  if (on.empty()) return refuse("at least one column in `on` is needed");
  std::ranges::sort(on);  // rows come in the order of these columns, which Flux sorts by name
  const auto left = side(call, fields[0]);
  if (!left) return fail(left.error());
  const auto right = side(call, fields[1]);
  if (!right) return fail(right.error());

  const auto keyed = keyed_labels(*left, *right, on);
  std::unordered_map<std::string, std::vector<const Table*>> partners;
  for (const Table& table : right->tables) partners[key_identity(table, keyed)].push_back(&table);
  TableCollector collector;
  for (const Table& table : left->tables) {
    for (const Table* partner : partners[key_identity(table, keyed)]) {
      if (auto ok = call.context().step(1 + table.rows + partner->rows); !ok) return fail(ok.error());
      auto joined = join_tables(*left, table, *right, *partner, on);
      if (!joined) return fail(joined.error());
      if (joined->rows == 0) continue;
      if (auto ok = collector.add(joined->key, *joined); !ok) return fail(ok.error());
    }
  }
  return collector.finish();
}

// `(l, r) => l.a == r.b and ...` as pairs of columns; nothing for what says something else.
struct EqualColumns {
  std::vector<std::string> left;
  std::vector<std::string> right;
};

std::unexpected<Error> unfit(std::string_view why) {
  return refuse("error in join function - some expressions are not yet supported in the `on` parameter: {}", why);
}

// Whose column, and which: `l.name` or `l["name"]`.
struct SideColumn {
  std::string_view side;
  std::string_view label;
};

std::optional<SideColumn> side_column(const Expression& e) {
  const bool member = e.kind == Expression::Kind::Member;
  const bool index =
      e.kind == Expression::Kind::Index && e.operands.size() == 2 && e.operands[1]->literal.is(Type::String);
  if ((!member && !index) || e.operands[0]->kind != Expression::Kind::Identifier) return std::nullopt;
  return SideColumn{e.operands[0]->name.view(), member ? e.name.view() : e.operands[1]->literal.as_string()};
}

Result<void> read_condition(const Expression& expression, EqualColumns& out) {
  if (expression.kind == Expression::Kind::And) {
    for (const auto& each : expression.operands) {
      if (auto ok = read_condition(*each, out); !ok) return ok;
    }
    return {};
  }
  if (expression.kind == Expression::Kind::Or) return unfit("unsupported operator in join predicate: or");
  if (expression.kind != Expression::Kind::Binary) return unfit("illegal expression type in join predicate");
  if (expression.op != Operator::Equal) {
    return unfit(fmt::format("unsupported operator in join predicate: {}", to_string(expression.op)));
  }
  const auto first = side_column(*expression.operands[0]);
  if (!first) return unfit("left side of comparison is not a member expression");
  const auto second = side_column(*expression.operands[1]);
  if (!second) return unfit("right side of comparison is not a member expression");
  if (!(first->side == "l" && second->side == "r") && !(first->side == "r" && second->side == "l")) {
    return unfit("binary expression operands must reference `l` or `r` only, and may not reference the same object");
  }
  out.left.emplace_back(first->side == "l" ? first->label : second->label);
  out.right.emplace_back(first->side == "l" ? second->label : first->label);
  return {};
}

Result<EqualColumns> condition(const Function& fn) {
  EqualColumns out;
  const auto* closure = dynamic_cast<const Closure*>(&fn);
  const Expression* body = nullptr;
  if (closure != nullptr && !closure->literal().operands.empty()) {
    body = closure->literal().operands[0].get();
  } else if (closure != nullptr && closure->literal().body.size() == 1) {
    body = closure->literal().body[0].value.get();
  }
  if (body == nullptr) {
    return unfit("function body should be a single logical expression that compares columns from each table");
  }
  if (auto ok = read_condition(*body, out); !ok) return fail(ok.error());
  return out;
}

// Whether the rows of a side have the columns that are compared.
Result<void> need_columns(const Table& table, const std::vector<std::string>& labels, std::string_view side_name) {
  for (const std::string& label : labels) {
    if (table.rows > 0 && table.find(label) == nullptr) {
      return refuse("cannot set join columns in {} table stream: table is missing column '{}'", side_name, label);
    }
  }
  return {};
}

// A row of a side that has none that fits: null, but for the group key.
Value missing_row(const Tables& tables, const GroupKey& key) {
  std::vector<Record::Field> fields;
  std::set<std::string> seen;
  for (const Table& table : tables) {
    for (const NamedColumn& column : table.columns) {
      if (!seen.insert(column.label).second) continue;
      const Cell* value = key.find(column.label);
      fields.emplace_back(Text(column.label),
                          value != nullptr ? to_value(*value) : Value::null(value_type(column.column.type())));
    }
  }
  return Value::record(std::move(fields));
}

class JoinedPair {
 public:
  JoinedPair(Call& call, const EqualColumns& columns, const Tables& left, const Tables& right)
      : call_(call), columns_(columns), left_(left), right_(right), method_(call.text("method")) {}

  // Tables of one group key; either may be missing.
  Result<Table> of(const GroupKey& key, const Table* left, const Table* right) {
    static const Table kNone;
    const Table& l = left != nullptr ? *left : kNone;
    const Table& r = right != nullptr ? *right : kNone;
    if (auto ok = need_columns(l, columns_.left, "left"); !ok) return fail(ok.error());
    if (auto ok = need_columns(r, columns_.right, "right"); !ok) return fail(ok.error());
    const bool keep_left = method_ == "left" || method_ == "full";
    const bool keep_right = method_ == "right" || method_ == "full";
    RowValues left_rows(l);
    RowValues right_rows(r);
    const RowIndex index(r, columns_.right);
    std::vector<bool> used(r.rows);
    // Made when the first row stands alone: a walk through all tables.
    std::optional<Value> no_left;
    std::optional<Value> no_right;
    const auto nobody = [&](std::optional<Value>& row, const Tables& side_tables) {
      if (!row) row = missing_row(side_tables, key);
      return *row;
    };
    // In the order of the columns that are compared, whichever side a row is from.
    const auto left_order = sorted(l, columns_.left);
    const auto right_order = sorted(r, columns_.right);
    size_t next = 0;
    // Rows of the right side that none of the left fits, as far as they come before that row of the left.
    const auto add_right = [&](std::optional<uint32_t> until) -> Result<void> {
      for (; next < right_order.size(); ++next) {
        const uint32_t row = right_order[next];
        if (until && !right_before_left(r, row, l, *until)) return {};
        if (used[row] || !keep_right) continue;
        if (auto ok = add(key, nobody(no_left, left_), right_rows.record(row)); !ok) return ok;
      }
      return {};
    };
    for (const uint32_t row : left_order) {
      if (auto ok = add_right(row); !ok) return fail(ok.error());
      bool null_found = false;
      const std::string identity = identity_of(l, columns_.left, row, &null_found);
      const auto matches = null_found ? std::span<const uint32_t>() : index.find(identity);
      for (const uint32_t match : matches) {
        used[match] = true;
        if (auto ok = add(key, left_rows.record(row), right_rows.record(match)); !ok) return fail(ok.error());
      }
      if (!matches.empty() || !keep_left) continue;
      if (auto ok = add(key, left_rows.record(row), nobody(no_right, right_)); !ok) return fail(ok.error());
    }
    if (auto ok = add_right({}); !ok) return fail(ok.error());
    return out_.take(key);
  }

 private:
  static std::vector<uint32_t> sorted(const Table& table, const std::vector<std::string>& labels) {
    std::vector<uint32_t> rows(table.rows);
    for (size_t row = 0; row < rows.size(); ++row) rows[row] = static_cast<uint32_t>(row);
    std::ranges::stable_sort(rows, [&](uint32_t a, uint32_t b) {
      for (const std::string& label : labels) {
        const Column* column = table.find(label);
        if (column == nullptr) continue;
        if (const int sign = compare(*column, a, *column, b); sign != 0) return sign < 0;
      }
      return false;
    });
    return rows;
  }

  bool right_before_left(const Table& right, uint32_t right_row, const Table& left, uint32_t left_row) const {
    for (size_t i = 0; i < columns_.left.size(); ++i) {
      const Column* a = right.find(columns_.right[i]);
      const Column* b = left.find(columns_.left[i]);
      if (a == nullptr || b == nullptr) continue;
      if (const int sign = compare(*a, right_row, *b, left_row); sign != 0) return sign < 0;
    }
    return false;
  }

  Result<void> add(const GroupKey& key, Value left, Value right) {
    if (auto ok = call_.context().step(); !ok) return fail(ok.error());
    const Argument arguments[] = {{"l", std::move(left)}, {"r", std::move(right)}};
    const auto record = call_.invoke(call_.function("as"), arguments);
    if (!record) return fail(record.error());
    if (!record->is(Type::Record)) return refuse("`as` must give a record");
    for (const auto& part : key.parts()) {
      const Value* value = record->as_record().find(part.label);
      if (value == nullptr || !same(*value, to_value(part.value))) {
        return refuse("join cannot modify group key: output record has a missing or invalid value for column '{}:{}'",
                      part.label, to_string(part.value.type));
      }
    }
    return out_.add(*record);
  }

  Call& call_;
  const EqualColumns& columns_;
  const Tables& left_;
  const Tables& right_;
  std::string_view method_;
  RecordRows out_;
};

Result<Tables> join_package(Call& call, Tables) {
  const std::string_view method = call.text("method");
  if (method != "inner" && method != "left" && method != "right" && method != "full") {
    return refuse("invalid argument for 'method' - must be \"inner\", \"left\", \"right\", or \"full\"");
  }
  const auto columns = condition(call.function("on"));
  if (!columns) return fail(columns.error());
  const auto left = call.tables("left");
  if (!left) return left;
  const auto right = call.tables("right");
  if (!right) return right;
  std::unordered_map<std::string, std::pair<const Table*, const Table*>> pairs;
  std::vector<std::pair<std::string, const Table*>> order;
  for (const Table& table : *left) {
    pairs[table.key.identity()].first = &table;
    order.emplace_back(table.key.identity(), &table);
  }
  for (const Table& table : *right) {
    auto& pair = pairs[table.key.identity()];
    if (pair.first == nullptr && pair.second == nullptr) order.emplace_back(table.key.identity(), &table);
    pair.second = &table;
  }
  Tables out;
  for (const auto& [identity, any] : order) {
    const auto [l, r] = pairs[identity];
    auto joined = JoinedPair(call, *columns, *left, *right).of(any->key, l, r);
    if (!joined) return fail(joined.error());
    joined->range = any->range;
    if (joined->rows > 0) out.push_back(std::move(*joined));
  }
  sort_by_key(out);
  return out;
}

constexpr Builtin kBuiltins[] = {
    {"",
     "join",
     {{"tables", kRecord, Need::Required}, {"on", kStrings, Need::Required}, {"method", kString}},
     nullptr,
     join},
    {"join",
     "tables",
     {{"left", kStream, Need::Pipe},
      {"right", kStream, Need::Required},
      {"on", kFunction, Need::Required},
      {"as", kFunction, Need::Required},
      {"method", kString, Need::Required}},
     nullptr,
     join_package},
};

constexpr Prelude kPreludes[] = {{"join", R"(
inner = (left=<-, right, on, as) => tables(left: left, right: right, on: on, as: as, method: "inner")
left = (left=<-, right, on, as) => tables(left: left, right: right, on: on, as: as, method: "left")
right = (left=<-, right, on, as) => tables(left: left, right: right, on: on, as: as, method: "right")
full = (left=<-, right, on, as) => tables(left: left, right: right, on: on, as: as, method: "full")
time = (left=<-, right, as, method="inner") =>
    tables(left: left, right: right, on: (l, r) => l._time == r._time, as: as, method: method)
)"}};

}  // namespace

extern const FunctionSet join_function_set;
const FunctionSet join_function_set{kBuiltins, kPreludes};

}  // namespace inquest::query
