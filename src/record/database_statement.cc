#include "record/database_statement.h"

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "record/bucket_name.h"

namespace inquest::record {
namespace {

constexpr size_t kMostStatement = size_t{64} << 10U;
constexpr size_t kMostWords = 64;

// Words, quoted ones without their quotes, and ';' as one of its own; empty where a quote does not end.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty() && words.size() < kMostWords) {
    const char first = text.front();
    if (first == ' ' || first == '\t' || first == '\n' || first == '\r') {
      text.remove_prefix(1);
      continue;
    }
    if (first == '"') {
      std::string word;
      size_t at = 1;
      for (; at < text.size() && text[at] != '"'; ++at) {
        if (text[at] == '\\' && at + 1 < text.size()) ++at;
        word += text[at];
      }
      if (at >= text.size()) return {};
      words.push_back(std::move(word));
      text.remove_prefix(at + 1);
      continue;
    }
    const size_t end = first == ';' ? 1 : std::min(text.find_first_of("; \t\r\n\""), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

bool begins(std::span<const std::string> words, std::initializer_list<std::string_view> with) {
  return words.size() >= with.size() &&
         std::equal(with.begin(), with.end(), words.begin(),
                    [](std::string_view a, const std::string& b) { return a == lower(b); });
}

std::string failure(size_t id, std::string_view message) {
  return fmt::format("{{\"statement_id\":{},\"error\":{}}}", id, json_string(message));
}

std::string done(size_t id) { return fmt::format("{{\"statement_id\":{}}}", id); }

std::string created(size_t id, const Result<std::string>& bucket, store::Store& store) {
  if (!bucket) return failure(id, bucket.error().message);
  const auto made = store.create_bucket(*bucket);
  return made ? done(id) : failure(id, made.error().message);
}

// The result of one statement, or nothing where it is another one.
std::optional<std::string> answer(std::span<const std::string> words, size_t id, std::string_view database,
                                  store::Store& store) {
  if (begins(words, {"create", "database"}) && words.size() >= 3)
    return created(id, bucket_of_database(words[2], ""), store);
  if (begins(words, {"create", "retention", "policy"}) && words.size() >= 6 && lower(words[4]) == "on")
    return created(id, bucket_of_database(words[5], words[3]), store);
  if (begins(words, {"show", "databases"}) && words.size() == 2) {
    const auto buckets = store.buckets();
    if (!buckets) return failure(id, buckets.error().message);
    std::vector<std::string> rows;
    for (const std::string& bucket : *buckets) {
      std::string row = fmt::format("[{}]", json_string(bucket.substr(0, bucket.find('/'))));
      if (std::ranges::find(rows, row) == rows.end()) rows.push_back(std::move(row));
    }
    return fmt::format("{{\"statement_id\":{},\"series\":[{{\"name\":\"databases\",\"columns\":[\"name\"]{}}}]}}", id,
                       rows.empty() ? "" : fmt::format(",\"values\":[{}]", fmt::join(rows, ",")));
  }
  if (begins(words, {"show", "retention", "policies"}) && (words.size() == 3 || words.size() == 5)) {
    const std::string_view of = words.size() == 5 ? std::string_view(words[4]) : database;
    const auto buckets = store.buckets();
    if (!buckets) return failure(id, buckets.error().message);
    std::string rows;
    for (const std::string& bucket : *buckets) {
      const size_t slash = bucket.find('/');
      if (bucket.substr(0, slash) != of) continue;
      const std::string policy = slash == std::string::npos ? "autogen" : bucket.substr(slash + 1);
      rows += fmt::format("{}[{},\"0s\",\"24h0m0s\",1,{}]", rows.empty() ? "" : ",", json_string(policy),
                          slash == std::string::npos);
    }
    if (rows.empty()) return failure(id, fmt::format("database not found: {}", of));
    return fmt::format(
        "{{\"statement_id\":{},\"series\":[{{\"columns\":[\"name\",\"duration\",\"shardGroupDuration\",\"replicaN\","
        "\"default\"],\"values\":[{}]}}]}}",
        id, rows);
  }
  return std::nullopt;
}

}  // namespace

std::string influxql_of(const HttpRequest& request) {
  if (const std::string_view q = request.parameter("q"); !q.empty()) return std::string(q);
  if (!request.header("content-type").starts_with("application/x-www-form-urlencoded")) return {};
  for (const auto& [name, value] : parse_query(request.body)) {
    if (name == "q") return value;
  }
  return {};
}

std::optional<HttpResponse> database_statements(const HttpRequest& request, store::Store& store) {
  const std::string text = influxql_of(request);
  if (text.size() > kMostStatement) return std::nullopt;
  const std::vector<std::string> words = words_of(text);
  std::vector<std::span<const std::string>> statements;
  for (size_t at = 0; at < words.size();) {
    const auto end = std::find(words.begin() + static_cast<ptrdiff_t>(at), words.end(), ";");
    const size_t next = static_cast<size_t>(end - words.begin());
    if (next > at) statements.emplace_back(std::span(words).subspan(at, next - at));
    at = next + 1;
  }
  if (statements.empty()) return std::nullopt;
  // Nothing is done before all of it is understood.
  const auto known = [](std::span<const std::string> words_of_one) {
    return begins(words_of_one, {"create", "database"}) || begins(words_of_one, {"create", "retention", "policy"}) ||
           begins(words_of_one, {"show", "databases"}) || begins(words_of_one, {"show", "retention", "policies"});
  };
  if (!std::ranges::all_of(statements, known)) return std::nullopt;

  HttpResponse response;
  std::string results;
  for (size_t id = 0; id < statements.size(); ++id) {
    const auto result = answer(statements[id], id, request.parameter("db"), store);
    if (!results.empty()) results += ',';
    results += result ? *result : failure(id, "error parsing query: the statement is not complete");
  }
  response.body = fmt::format("{{\"results\":[{}]}}\n", results);
  return response;
}

}  // namespace inquest::record
