#include "query/annotated_csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"

namespace inquest::query {
namespace {

// Records of RFC 4180 with the laxness of Go's reader: a quote inside of a field that does not begin with one is text,
// and empty lines are skipped.
class CsvRecords {
 public:
  explicit CsvRecords(std::string_view text) : text_(text) {}

  // False at the end. Fields stay valid until the next call.
  bool next(std::vector<std::string_view>& fields) {
    while (at_ < text_.size() && (text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n")) skip_line_end();
    fields.clear();
    if (at_ >= text_.size()) return false;
    start_line_ = line_;
    unquoted_.clear();
    // Quoted fields are written to unquoted_, which moves as it grows: views are made when the record is complete.
    places_.clear();
    bool more = true;
    while (more) more = field();
    for (const Place& place : places_) {
      fields.push_back(std::string_view(place.quoted ? std::string_view(unquoted_) : text_)
                           .substr(place.begin, place.end - place.begin));
    }
    return true;
  }
  // Of the record given last, from 1.
  uint64_t line() const { return start_line_; }

 private:
  struct Place {
    size_t begin, end;
    bool quoted;
  };

  void skip_line_end() {
    if (at_ < text_.size() && text_[at_] == '\r') ++at_;
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
    ++line_;
  }

  // Whether another field follows in the record.
  bool field() {
    if (at_ < text_.size() && text_[at_] == '"') return quoted_field();
    size_t end = text_.find_first_of(",\n", at_);
    if (end == std::string_view::npos) end = text_.size();
    const bool more = end < text_.size() && text_[end] == ',';
    size_t last = end;
    if (!more && last > at_ && text_[last - 1] == '\r') --last;
    places_.push_back({at_, last, false});
    at_ = end + (end < text_.size() ? 1 : 0);
    if (!more) ++line_;
    return more;
  }

  bool quoted_field() {
    const size_t begin = unquoted_.size();
    ++at_;
    while (at_ < text_.size()) {
      const size_t quote = text_.find('"', at_);
      const size_t end = std::min(quote, text_.size());
      const std::string_view piece = text_.substr(at_, end - at_);
      line_ += static_cast<uint64_t>(std::ranges::count(piece, '\n'));
      unquoted_ += piece;
      at_ = end;
      if (end == text_.size()) break;
      ++at_;
      if (at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n") break;
      unquoted_ += '"';
      if (text_[at_] == '"') ++at_;
    }
    places_.push_back({begin, unquoted_.size(), true});
    if (at_ < text_.size() && text_[at_] == ',') {
      ++at_;
      return true;
    }
    skip_line_end();
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
  uint64_t line_ = 1;
  uint64_t start_line_ = 1;
  std::string unquoted_;
  std::vector<Place> places_;
};

std::unexpected<Error> malformed(std::string message, uint64_t line) {
  return std::unexpected(Error{ErrorCode::Malformed, std::move(message), "csv", 0, line});
}

std::optional<ColumnType> column_type(std::string_view datatype) {
  const std::string_view name = datatype.substr(0, datatype.find(':'));
  if (name == "boolean") return ColumnType::Bool;
  if (name == "long") return ColumnType::Int;
  if (name == "unsignedLong") return ColumnType::UInt;
  if (name == "double") return ColumnType::Float;
  if (name == "string" || name == "tag") return ColumnType::String;
  if (name == "dateTime") return ColumnType::Time;
  return std::nullopt;
}

std::string_view datatype_of(ColumnType type) {
  switch (type) {
    case ColumnType::Bool: return "boolean";
    case ColumnType::Int: return "long";
    case ColumnType::UInt: return "unsignedLong";
    case ColumnType::Float: return "double";
    case ColumnType::String: return "string";
    case ColumnType::Time: return "dateTime:RFC3339";
  }
  return "string";
}

std::optional<double> parse_float(std::string_view text) {
  std::string_view digits = text;
  if (!digits.empty() && digits.front() == '+') digits.remove_prefix(1);
  double value = 0;  // from_chars takes infinities and NaN, as Go does
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range && end == digits.data() + digits.size()) return std::nullopt;
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<Cell> parse_cell(ColumnType type, std::string_view text) {
  switch (type) {
    case ColumnType::Bool:
      if (text == "true" || text == "True" || text == "TRUE" || text == "t" || text == "T" || text == "1") {
        return Cell::of(true);
      }
      if (text == "false" || text == "False" || text == "FALSE" || text == "f" || text == "F" || text == "0") {
        return Cell::of(false);
      }
      return std::nullopt;
    case ColumnType::Int:
      if (text.starts_with('+')) text.remove_prefix(1);
      if (const auto value = parse_int<int64_t>(text)) return Cell::of(*value);
      return std::nullopt;
    case ColumnType::UInt:
      if (const auto value = parse_int<uint64_t>(text)) return Cell::of(*value);
      return std::nullopt;
    case ColumnType::Float:
      if (const auto value = parse_float(text)) return Cell::of(*value);
      return std::nullopt;
    case ColumnType::String: return Cell::of(std::string(text));
    case ColumnType::Time:
      if (const auto value = parse_rfc3339(text)) return Cell::time(*value);
      return std::nullopt;
  }
  return std::nullopt;
}

// What the annotations and the header above a block of rows say.
struct Schema {
  struct Field {
    std::string label;
    ColumnType type = ColumnType::String;
    bool in_key = false;
    Cell fallback;
  };
  std::string result;
  std::string table;
  std::vector<Field> fields;
  bool complete = false;
  bool has_table = false;  // a table was made of it

  size_t width() const { return fields.size() + 3; }
};

// Rows have nothing in front; Flux takes the three annotations without their sign too.
bool is_annotation(std::string_view first) {
  return first.starts_with('#') || first == "datatype" || first == "group" || first == "default";
}

class Reader {
 public:
  Reader(std::string_view text, const CsvLimits& limits) : records_(text), limits_(limits) {}

  Result<std::vector<NamedTables>> read() {
    while (records_.next(fields_)) {
      if (auto ok = record(); !ok) return fail(ok.error());
    }
    if (auto ok = finish_block(); !ok) return fail(ok.error());
    if (!datatypes_.empty()) return malformed("missing expected header row", records_.line());
    return std::move(results_);
  }

 private:
  Result<void> record() {
    if (expect_error_) {
      return fail(ErrorCode::Failed, fields_.size() > 1 ? std::string(fields_[1]) : std::string("unknown error"));
    }
    if (is_annotation(fields_.front())) return annotation();
    if (!datatypes_.empty()) return header();
    if (!schema_.complete) {
      if (fields_.size() > 1 && fields_[1] == "error") {
        expect_error_ = true;
        return {};
      }
      return malformed(
          "missing expected annotation datatype. consider using the mode: \"raw\" for csv that is not "
          "expected to have annotations.",
          records_.line());
    }
    return row();
  }

  Result<void> annotation() {
    if (datatypes_.empty() && groups_.empty() && defaults_.empty()) {
      if (auto ok = finish_block(); !ok) return ok;
      schema_ = {};
      annotations_ = fields_.size();
    }
    if (fields_.size() != annotations_ || fields_.size() < 3) {
      return malformed("failed to read annotations: wrong number of fields", records_.line());
    }
    if (fields_.size() > limits_.columns) return fail(ErrorCode::Limit, "csv: too many columns");
    const auto copy = [&] { return std::vector<std::string>(fields_.begin(), fields_.end()); };
    std::string_view name = fields_.front();
    if (name.starts_with('#')) name.remove_prefix(1);
    if (name == "datatype") {
      datatypes_ = copy();
    } else if (name == "group") {
      groups_ = copy();
    } else if (name == "default") {
      defaults_ = copy();
    }  // others may come
    return {};
  }

  Result<void> header() {
    if (groups_.empty()) return malformed("missing expected annotation group", records_.line());
    if (defaults_.empty()) return malformed("missing expected annotation default", records_.line());
    if (fields_.size() > 1 && fields_[1] == "error") {
      expect_error_ = true;
      return {};
    }
    if (fields_.size() != datatypes_.size()) {
      return malformed("failed to read header row: wrong number of fields", records_.line());
    }
    schema_.result = defaults_[1];
    schema_.table = defaults_[2];
    for (size_t i = 3; i < fields_.size(); ++i) {
      const auto type = column_type(datatypes_[i]);
      if (!type) {
        return malformed(
            fmt::format("column \"{}\" has invalid datatype \"{}\"", printable(fields_[i]), printable(datatypes_[i])),
            records_.line());
      }
      if (std::ranges::find(schema_.fields, fields_[i], &Schema::Field::label) != schema_.fields.end()) {
        return malformed(fmt::format("column \"{}\" stands there twice", printable(fields_[i])), records_.line());
      }
      Cell fallback = Cell::none(*type);
      if (!defaults_[i].empty()) {
        auto value = parse_cell(*type, defaults_[i]);
        if (!value) {
          return malformed(fmt::format("column \"{}\" has invalid default value", printable(fields_[i])),
                           records_.line());
        }
        fallback = std::move(*value);
      }
      schema_.fields.push_back({std::string(fields_[i]), *type, groups_[i] == "true", std::move(fallback)});
    }
    schema_.complete = true;
    datatypes_.clear();
    groups_.clear();
    defaults_.clear();
    return {};
  }

  Result<void> row() {
    if (fields_.size() != schema_.width()) {
      return malformed(fmt::format("wrong number of fields: {}, {} expected", fields_.size(), schema_.width()),
                       records_.line());
    }
    if (++rows_ > limits_.rows) return fail(ErrorCode::Limit, "csv: too many rows");
    if (open_ && !fields_[2].empty() && fields_[2] != table_) {
      if (auto ok = finish_table(); !ok) return ok;
    }
    if (!open_) {
      if (auto ok = start_table(); !ok) return ok;
    }
    for (size_t i = 0; i < schema_.fields.size(); ++i) {
      const Schema::Field& field = schema_.fields[i];
      const std::string_view text = fields_[i + 3];
      if (text.empty()) {
        builders_[i].cell(field.fallback);
      } else if (field.type == ColumnType::String) {
        builders_[i].text(text);
      } else if (const auto value = parse_cell(field.type, text)) {
        builders_[i].word(value->bits);
      } else {
        return malformed(fmt::format("\"{}\" of column \"{}\" is no {}", printable(text), printable(field.label),
                                     to_string(field.type)),
                         records_.line());
      }
    }
    return {};
  }

  Result<void> start_table() {
    open_ = true;
    schema_.has_table = true;
    table_ = fields_[2];
    result_ = fields_[1].empty() ? schema_.result : std::string(fields_[1]);
    std::vector<GroupKey::Part> parts;
    builders_.clear();
    for (size_t i = 0; i < schema_.fields.size(); ++i) {
      const Schema::Field& field = schema_.fields[i];
      builders_.emplace_back(field.type);
      if (!field.in_key) continue;
      auto value = fields_[i + 3].empty() ? field.fallback : parse_cell(field.type, fields_[i + 3]);
      if (!value) {
        return malformed(fmt::format("\"{}\" of column \"{}\" is no {}", printable(fields_[i + 3]),
                                     printable(field.label), to_string(field.type)),
                         records_.line());
      }
      parts.push_back({field.label, std::move(*value)});
    }
    key_ = GroupKey(std::move(parts));
    return {};
  }

  Result<void> finish_table() {
    if (!open_) return {};
    open_ = false;
    Table table{key_, {}, builders_.empty() ? 0 : builders_.front().size(), std::nullopt};
    for (size_t i = 0; i < builders_.size(); ++i) {
      Column column = builders_[i].finish();
      // A part of the key is one value; text whose later rows say something else keeps them, as it does in Flux.
      if (const Cell* value = key_.find(schema_.fields[i].label); value != nullptr && all_are(column, *value)) {
        column = Column::constant(*value, table.rows);
      }
      table.columns.push_back({schema_.fields[i].label, std::move(column)});
    }
    return keep(std::move(table));
  }

  // A block without rows is an empty table, whose key its defaults give.
  Result<void> finish_block() {
    if (auto ok = finish_table(); !ok) return ok;
    if (!schema_.complete || schema_.has_table) return {};
    if (schema_.table.empty()) return malformed("missing table ID", records_.line());
    result_ = schema_.result;
    Table table;
    std::vector<GroupKey::Part> parts;
    for (const Schema::Field& field : schema_.fields) {
      if (field.in_key) parts.push_back({field.label, field.fallback});
      table.columns.push_back({field.label, Column(field.type, {}, {}, std::make_shared<std::vector<std::string>>())});
    }
    table.key = GroupKey(std::move(parts));
    return keep(std::move(table));
  }

  Result<void> keep(Table table) {
    if (++tables_ > limits_.tables) return fail(ErrorCode::Limit, "csv: too many tables");
    auto found = std::ranges::find(results_, result_, &NamedTables::name);
    if (found == results_.end()) found = results_.insert(found, {result_, {}});
    found->tables.push_back(std::move(table));
    return {};
  }

  CsvRecords records_;
  CsvLimits limits_;
  std::vector<std::string_view> fields_;
  // Annotations that no header has followed yet.
  std::vector<std::string> datatypes_, groups_, defaults_;
  size_t annotations_ = 0;
  bool expect_error_ = false;
  Schema schema_;
  // The table that rows are added to.
  bool open_ = false;
  std::string table_;
  std::string result_;
  GroupKey key_;
  std::vector<ColumnBuilder> builders_;
  size_t rows_ = 0;
  size_t tables_ = 0;
  std::vector<NamedTables> results_;
};

bool same_schema(const Table& a, const Table& b) {
  if (a.columns.size() != b.columns.size() || a.key.parts().size() != b.key.parts().size()) return false;
  for (size_t i = 0; i < a.columns.size(); ++i) {
    if (a.columns[i].label != b.columns[i].label || a.columns[i].column.type() != b.columns[i].column.type()) {
      return false;
    }
  }
  for (size_t i = 0; i < a.key.parts().size(); ++i) {
    if (a.key.parts()[i].label != b.key.parts()[i].label) return false;
  }
  return true;
}

class Writer {
 public:
  Writer(const CsvDialect& dialect, std::string& out) : dialect_(dialect), out_(out) {}

  void result(const NamedTables& result) {
    const Table* last = nullptr;
    size_t id = 0;
    for (const Table& table : result.tables) {
      if (last == nullptr || last->rows == 0 || table.rows == 0 || !same_schema(*last, table)) {
        if (last != nullptr) out_ += dialect_.line_end;
        schema(table, result.name, id);
      }
      rows(table, result.name, id);
      last = &table;
      ++id;
    }
    out_ += dialect_.line_end;
  }

  void error(std::string_view message) {
    const auto line = [&](std::initializer_list<std::string_view> fields) {
      for (const auto each : fields) field(each);
      end();
    };
    for (const Annotation each : dialect_.annotations) {
      switch (each) {
        case Annotation::Datatype: line({"#datatype", "string", "string"}); break;
        case Annotation::Group: line({"#group", "true", "true"}); break;
        case Annotation::Default: line({"#default", "", ""}); break;
      }
    }
    line({"", "error", "reference"});
    line({"", message, ""});
  }

 private:
  using Annotation = CsvDialect::Annotation;

  void annotation(Annotation which, const Table& table, std::string_view name, size_t id) {
    switch (which) {
      case Annotation::Datatype:
        for (const auto text : {"#datatype", "string", "long"}) field(text);
        for (const auto& each : table.columns) field(datatype_of(each.column.type()));
        break;
      case Annotation::Group:
        for (const auto text : {"#group", "false", "false"}) field(text);
        for (const auto& each : table.columns) field(table.key.has(each.label) ? "true" : "false");
        break;
      case Annotation::Default:
        field("#default");
        field(name);
        // A table without rows says its key in the defaults.
        field(table.rows == 0 ? fmt::to_string(id) : "");
        for (const auto& each : table.columns) {
          const Cell* value = table.rows == 0 ? table.key.find(each.label) : nullptr;
          field(value != nullptr ? csv_text(*value) : "");
        }
        break;
    }
    end();
  }

  void schema(const Table& table, std::string_view name, size_t id) {
    for (const Annotation each : dialect_.annotations) annotation(each, table, name, id);
    if (dialect_.header) {
      for (const auto text : {"", "result", "table"}) field(text);
      for (const auto& each : table.columns) field(each.label);
      end();
    }
  }

  void rows(const Table& table, std::string_view name, size_t id) {
    std::string prefix;
    std::swap(prefix, out_);
    field("");
    field(dialect_.has(Annotation::Default) ? std::string_view() : name);
    field(fmt::to_string(id));
    std::swap(prefix, out_);
    std::vector<std::string> constants(table.columns.size());
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i].column;
      if (column.is_constant() && table.rows > 0) constants[i] = csv_text(column.cell(0));
    }
    for (size_t row = 0; row < table.rows; ++row) {
      out_ += prefix;
      first_ = false;
      for (size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i].column;
        if (column.is_constant()) {
          field(constants[i]);
        } else if (column.null(row)) {
          field({});
        } else if (column.type() == ColumnType::String) {
          field(column.text(row));
        } else {
          field(csv_text({column.type(), false, column.word(row), {}}));
        }
      }
      end();
    }
    first_ = true;
  }

  void field(std::string_view text) {
    if (!first_) out_ += dialect_.delimiter;
    first_ = false;
    // What Go's writer puts into quotes, and so what clients have seen: delimiters, quotes, line ends, a blank in
    // front.
    const bool quote = !text.empty() && (text == "\\." || text.front() == ' ' || text.front() == '\t' ||
                                         text.find(dialect_.delimiter) != std::string_view::npos ||
                                         text.find_first_of("\"\r\n") != std::string_view::npos);
    if (!quote) {
      out_ += text;
      return;
    }
    out_ += '"';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }

  void end() {
    out_ += dialect_.line_end;
    first_ = true;
  }

  const CsvDialect& dialect_;
  std::string& out_;
  bool first_ = true;
};

}  // namespace

Result<std::vector<NamedTables>> read_annotated_csv(std::string_view text, const CsvLimits& limits) {
  return Reader(text, limits).read();
}

Result<Table> read_raw_csv(std::string_view text, const CsvLimits& limits) {
  CsvRecords records(text);
  std::vector<std::string_view> fields;
  Table table;
  if (!records.next(fields)) return table;
  if (fields.size() > limits.columns) return fail(ErrorCode::Limit, "csv: too many columns");
  std::vector<ColumnBuilder> builders;
  for (const auto label : fields) {
    if (table.find(label) != nullptr) {
      return malformed(fmt::format("column \"{}\" stands there twice", printable(label)), records.line());
    }
    table.columns.push_back({std::string(label), {}});
    builders.emplace_back(ColumnType::String);
  }
  while (records.next(fields)) {
    if (fields.size() != builders.size()) return malformed("wrong number of fields", records.line());
    if (++table.rows > limits.rows) return fail(ErrorCode::Limit, "csv: too many rows");
    for (size_t i = 0; i < fields.size(); ++i) builders[i].text(fields[i]);
  }
  for (size_t i = 0; i < builders.size(); ++i) table.columns[i].column = builders[i].finish();
  return table;
}

void write_annotated_csv(const std::vector<NamedTables>& results, const CsvDialect& dialect, std::string& out) {
  Writer writer(dialect, out);
  for (const NamedTables& result : results) writer.result(result);
}

void write_csv_error(std::string_view message, const CsvDialect& dialect, std::string& out) {
  Writer(dialect, out).error(message);
}

std::string csv_text(const Cell& cell) {
  if (cell.null) return {};
  switch (cell.type) {
    case ColumnType::Bool: return cell.bits != 0 ? "true" : "false";
    case ColumnType::Int: return fmt::to_string(cell.integer());
    case ColumnType::UInt: return fmt::to_string(cell.bits);
    case ColumnType::Float: {
      const double value = cell.number();
      if (std::isnan(value)) return "NaN";
      if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
      char digits[400];  // the longest double without an exponent has 1 + 17 + 308 characters and some
      const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr;
      return {digits, end};
    }
    case ColumnType::String: return cell.text;
    case ColumnType::Time: return rfc3339_nano(cell.integer());
  }
  return {};
}

std::string rfc3339_nano(Ns time) {
  const Civil civil = to_civil(time);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", civil.year, civil.month, civil.day, civil.hour,
                                civil.minute, civil.second);
  if (civil.fraction != 0) {
    fmt::format_to(std::back_inserter(out), ".{:09}", civil.fraction);
    while (out.back() == '0') out.pop_back();
  }
  out += 'Z';
  return out;
}

std::optional<Ns> parse_rfc3339(std::string_view text) {
  const auto parsed = parse_iso_date_or_time(text);
  if (!parsed || parsed->length != text.size()) return std::nullopt;
  if (parsed->precision == Precision::Day && !parsed->offset) return parsed->local;
  return parsed->utc();
}

}  // namespace inquest::query
