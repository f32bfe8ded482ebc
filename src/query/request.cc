#include "query/request.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "query/engine.h"
#include "query/literal.h"
#include "query/syntax_json.h"

namespace inquest::query {
namespace {

using nlohmann::json;

constexpr size_t kMostBytes = 16 << 20;

std::unexpected<Error> refuse(std::string message, ErrorCode code = ErrorCode::Malformed) {
  return fail(code, std::move(message));
}

constexpr std::array<std::pair<const char*, CsvDialect::Annotation>, 3> kAnnotations = {
    {{"datatype", CsvDialect::Annotation::Datatype},
     {"group", CsvDialect::Annotation::Group},
     {"default", CsvDialect::Annotation::Default}}};

Result<CsvDialect> dialect_of(const json& node) {
  CsvDialect out;
  if (node.is_null()) return out;
  if (!node.is_object()) return refuse("`dialect` must be an object");
  for (const auto& [name, value] : node.items()) {
    if (value.is_null()) continue;
    if (name == "header") {
      if (!value.is_boolean()) return refuse("`dialect.header` must be true or false");
      out.header = value.get<bool>();
    } else if (name == "delimiter") {
      if (value == "") continue;  // the default's
      const std::string text = value.is_string() ? value.get<std::string>() : std::string();
      if (text.size() != 1 || text[0] == '"' || text[0] == '\n' || text[0] == '\r') {
        return refuse("`dialect.delimiter` must be one character");
      }
      out.delimiter = text[0];
    } else if (name == "annotations") {
      if (!value.is_array()) return refuse("`dialect.annotations` must be an array");
      for (const json& annotation : value) {
        const auto known =
            std::ranges::find_if(kAnnotations, [&](const auto& each) { return annotation == each.first; });
        if (known == kAnnotations.end()) {
          return refuse("`dialect.annotations` are \"datatype\", \"group\" and \"default\"");
        }
        if (!out.has(known->second)) out.annotations.push_back(known->second);
      }
    } else if (name == "dateTimeFormat") {
      if (value != "RFC3339" && value != "RFC3339Nano") {
        return refuse("`dialect.dateTimeFormat` must be \"RFC3339\" or \"RFC3339Nano\"");
      }
    } else if (name == "commentPrefix") {
      if (value != "#" && value != "") return refuse("`dialect.commentPrefix` must be \"#\"");
    }
  }
  return out;
}

Result<Request> parse_json(std::string_view body) {
  const json node = json::parse(body, nullptr, false);
  if (node.is_discarded()) return refuse("the body is not valid JSON");
  if (!node.is_object()) return refuse("the body must be a JSON object");
  Request out;
  // By reference: a copy goes as deep as what it copies.
  const json none;
  const auto member = [&](const char* name) -> const json& { return node.contains(name) ? node[name] : none; };
  const json& type = member("type");
  if (!type.is_null() && type != "flux" && type != "") {
    return refuse("`type` must be \"flux\"", ErrorCode::Unsupported);
  }
  const json& text = member("query");
  if (!text.is_string()) return refuse("`query` is missing");
  out.text = text.get<std::string>();
  if (const json& now = member("now"); !now.is_null()) {
    out.now = now.is_string() ? parse_time(now.get<std::string>()) : std::nullopt;
    if (!out.now) return refuse("`now` must be a time of RFC 3339");
  }
  auto dialect = dialect_of(member("dialect"));
  if (!dialect) return fail(std::move(dialect).error());
  out.dialect = *dialect;
  if (const json& file = member("extern"); !file.is_null()) {
    auto flux = flux_of_file(file);
    if (!flux) return fail(std::move(flux).error());
    out.prefix += *flux;
  }
  if (const json& params = member("params"); !params.is_null()) {
    if (!params.is_object()) return refuse("`params` must be an object");
    auto flux = flux_of_value(params);
    if (!flux) return fail(std::move(flux).error());
    out.prefix += fmt::format("option params = {}\n", *flux);
  }
  return out;
}

}  // namespace

Result<Request> parse_request(std::string_view content_type, std::string_view body) {
  if (body.size() > kMostBytes) return refuse("the body is longer than 16 MiB", ErrorCode::Limit);
  const std::string type = lower(trim(content_type.substr(0, content_type.find(';'))));
  if (type == "application/vnd.flux") return Request{std::string(body), {}, {}, {}};
  // As InfluxDB does with whatever else curl and others call it.
  return parse_json(body);
}

Result<void> answer(const Request& request, Context& context,
                    const std::function<Result<void>(std::string_view)>& write) {
  if (request.now) context.set_now(*request.now);
  bool written = false;
  Result<void> delivered;  // what the reader's side says, which no table can tell it
  auto ran = run(request.text, request.prefix, context, [&](std::string_view name, Tables tables) {
    std::vector<NamedTables> one(1);
    one[0].name = std::string(name);
    one[0].tables = std::move(tables);
    std::string out;
    write_annotated_csv(one, request.dialect, out);
    written = written || !out.empty();
    delivered = out.empty() ? Result<void>{} : write(out);
    return delivered;
  });
  if (ran || !delivered || !written) return ran;
  std::string out;
  write_csv_error(ran.error().message, request.dialect, out);
  return write(out);
}

int http_status(const Error& error) {
  switch (error.code) {
    case ErrorCode::Malformed:
    case ErrorCode::Unsupported:
    case ErrorCode::Overflow: return 400;
    case ErrorCode::NotFound: return 404;
    case ErrorCode::Denied: return 403;
    case ErrorCode::Limit: return 422;
    default: return 500;
  }
}

std::string error_json(const Error& error) {
  const auto code = [&] {
    switch (http_status(error)) {
      case 400: return "invalid";
      case 403: return "forbidden";
      case 404: return "not found";
      case 422: return "unprocessable entity";
      default: return "internal error";
    }
  };
  const nlohmann::ordered_json out = {{"code", code()}, {"message", error.message}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace inquest::query
