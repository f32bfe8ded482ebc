#include "query/influxql_syntax.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/zone.h"

namespace inquest::query {
namespace {

using Kind = InfluxqlExpression::Kind;
using What = InfluxqlStatement::Kind;
using TokenKind = InfluxqlToken::Kind;
constexpr int kDeepestSubquery = 20;
constexpr size_t kMostStatements = 1'000;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::Malformed, fmt::format("error parsing query: {}", what));
}

std::unexpected<Error> unsupported(std::string_view what) {
  return fail(ErrorCode::Unsupported, fmt::format("error parsing query: {} is not supported", what));
}

// What GROUP BY's expression says, or what is wrong with it.
std::string group_by(const InfluxqlExpression& e, InfluxqlStatement& out) {
  switch (e.kind) {
    case Kind::Regex: out.tag_regexes.push_back(e.text); return {};
    case Kind::Wildcard: out.all_tags = true; return {};
    case Kind::Name:
      if (lower(e.text) == "time") return "time() is a function and expects at least one argument";
      out.tags.push_back(e.text);
      return {};
    case Kind::Call: break;
    default: return "only time and tag dimensions allowed";
  }
  if (e.text != "time") return "only time() calls allowed in dimensions";
  if (e.operands.empty() || e.operands.size() > 2) return "time dimension expected 1 or 2 arguments";
  if (e.operands[0]->kind != Kind::Duration) return "time dimension must have duration argument";
  if (out.every != 0) return "multiple time dimensions not allowed";
  out.every = std::max<Ns>(e.operands[0]->integer, 0);
  if (e.operands.size() == 1) return {};
  if (e.operands[1]->kind != Kind::Duration && e.operands[1]->kind != Kind::Now) {
    return "time dimension offset must be duration or now()";
  }
  out.offset_is_now = e.operands[1]->kind == Kind::Now;
  out.offset = e.operands[1]->integer;
  return {};
}

class Parser {
 public:
  Parser(std::string_view text, const InfluxqlParameters& parameters)
      : tokens_(text, parameters), expressions_(tokens_) {}

  Result<std::vector<InfluxqlStatement>> all() {
    std::vector<InfluxqlStatement> out;
    while (true) {
      while (tokens_.accept_sign(";")) {
      }
      if (tokens_.at_end()) break;
      if (out.size() >= kMostStatements) return fail(ErrorCode::Limit, "too many statements");
      auto statement = this->statement();
      if (!statement) return fail(statement.error());
      out.push_back(std::move(*statement));
      if (!tokens_.at_end() && !tokens_.is_sign(";")) return tokens_.found(";");
    }
    return out;
  }

 private:
  // Which of the clauses behind its sources a statement may have.
  struct Clauses {
    bool where = true;
    bool group = false;
    bool series = false;  // SLIMIT, SOFFSET
    bool zone = false;
  };

  Result<InfluxqlStatement> statement() {
    if (tokens_.accept("select")) return select();
    if (tokens_.accept("show")) return show();
    if (tokens_.accept("create")) return create();
    for (const std::string_view other : {"DELETE", "DROP", "EXPLAIN", "GRANT", "REVOKE", "ALTER", "SET", "KILL"}) {
      if (tokens_.is_word(lower(other))) return unsupported(other);
    }
    return tokens_.found("SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL");
  }

  Result<InfluxqlStatement> create() {
    InfluxqlStatement out;
    out.kind = What::CreateDatabase;
    if (tokens_.accept("retention")) {
      out.kind = What::CreateRetentionPolicy;
      if (auto ok = tokens_.expect("policy"); !ok) return fail(ok.error());
      auto policy = tokens_.identifier();
      if (!policy) return fail(policy.error());
      out.policy = std::move(*policy);
      if (auto ok = tokens_.expect("on"); !ok) return fail(ok.error());
    } else if (!tokens_.accept("database")) {
      for (const std::string_view other : {"CONTINUOUS", "USER", "SUBSCRIPTION"}) {
        if (tokens_.is_word(lower(other))) return unsupported(fmt::format("CREATE {}", other));
      }
      return tokens_.found("CONTINUOUS, DATABASE, USER, RETENTION, SUBSCRIPTION");
    }
    auto name = tokens_.identifier();
    if (!name) return fail(name.error());
    out.database = std::move(*name);
    // WITH DURATION ... REPLICATION ...: all is kept equally long.
    while (!tokens_.at_end() && !tokens_.is_sign(";")) tokens_.advance();
    return out;
  }

  Result<InfluxqlStatement> select() {
    InfluxqlStatement out;
    do {
      InfluxqlField field;
      auto value = expressions_.read();
      if (!value) return fail(value.error());
      field.value = std::move(*value);
      if (tokens_.accept("as")) {
        auto alias = tokens_.identifier();
        if (!alias) return fail(alias.error());
        field.alias = std::move(*alias);
      }
      out.fields.push_back(std::move(field));
    } while (tokens_.accept_sign(","));
    if (tokens_.is_word("into")) return unsupported("SELECT ... INTO");
    if (auto ok = tokens_.expect("from"); !ok) return fail(ok.error());
    if (auto ok = sources(out); !ok) return fail(ok.error());
    if (auto ok = clauses(out, {true, true, true, true}); !ok) return fail(ok.error());
    return out;
  }

  Result<void> sources(InfluxqlStatement& out) {
    do {
      auto source = this->source();
      if (!source) return fail(source.error());
      out.sources.push_back(std::move(*source));
    } while (tokens_.accept_sign(","));
    return {};
  }

  // measurement, policy.measurement, db.policy.measurement, db..measurement, with /regex/ in place of the last part, or
  // a SELECT in parentheses.
  Result<InfluxqlSource> source() {
    InfluxqlSource out;
    if (tokens_.is_sign("(")) {
      if (auto ok = subquery(out); !ok) return fail(ok.error());
      return out;
    }
    tokens_.again_as_regex();
    std::vector<std::string> parts;
    while (true) {
      if (tokens_.next().kind == TokenKind::Regex) {
        out.is_regex = true;
        parts.push_back(tokens_.next().text);
        tokens_.advance();
        break;
      }
      if (!parts.empty() && tokens_.is_sign(".")) {
        parts.emplace_back();  // the default policy
      } else {
        auto part = tokens_.identifier();
        if (!part) return fail(part.error());
        parts.push_back(std::move(*part));
      }
      if (!tokens_.is_sign(".") || parts.size() == 3) break;
      tokens_.advance_to_regex();
    }
    out.name = parts.back();
    if (parts.size() == 2) out.policy = parts[0];
    if (parts.size() == 3) {
      out.database = parts[0];
      out.policy = parts[1];
    }
    return out;
  }

  Result<void> subquery(InfluxqlSource& out) {
    if (++depth_ > kDeepestSubquery) return fail(ErrorCode::Limit, "subqueries are nested too deep");
    tokens_.advance();
    if (auto ok = tokens_.expect("select"); !ok) return ok;
    auto inner = select();
    if (!inner) return fail(inner.error());
    --depth_;
    out.subquery = std::make_shared<InfluxqlStatement>(std::move(*inner));
    return tokens_.expect_sign(")");
  }

  Result<void> clauses(InfluxqlStatement& out, const Clauses& allowed) {
    if (allowed.where && tokens_.accept("where")) {
      auto condition = expressions_.read();
      if (!condition) return fail(condition.error());
      out.condition = std::move(*condition);
    }
    if (allowed.group && tokens_.accept("group")) {
      if (auto ok = tokens_.expect("by"); !ok) return ok;
      do {
        const auto dimension = expressions_.read();
        if (!dimension) return fail(dimension.error());
        const std::string fault = group_by(**dimension, out);
        if (out.fault.empty()) out.fault = fault;
      } while (tokens_.accept_sign(","));
    }
    if (allowed.group && tokens_.accept("fill")) {
      if (auto ok = fill(out); !ok) return ok;
    }
    if (tokens_.accept("order")) {
      if (auto ok = order(out); !ok) return ok;
    }
    for (const auto& [name, slot] : {std::pair("limit", &out.limit), std::pair("offset", &out.start),
                                     std::pair("slimit", &out.series_limit), std::pair("soffset", &out.series_start)}) {
      if ((*name == 's' && !allowed.series) || !tokens_.accept(name)) continue;
      auto value = tokens_.count();
      if (!value) return fail(value.error());
      *slot = *value;
    }
    if (allowed.zone && tokens_.accept("tz")) return zone(out);
    return {};
  }

  Result<void> order(InfluxqlStatement& out) {
    if (auto ok = tokens_.expect("by"); !ok) return ok;
    if (tokens_.next().kind != TokenKind::Word) return tokens_.found("identifier, ASC, DESC");
    if (!tokens_.is_word("time") && !tokens_.is_word("asc") && !tokens_.is_word("desc")) {
      return malformed("only ORDER BY time supported at this time");
    }
    tokens_.accept("time");
    out.newest_first = tokens_.accept("desc");
    tokens_.accept("asc");
    if (tokens_.is_sign(",")) return malformed("only ORDER BY time supported at this time");
    return {};
  }

  Result<void> zone(InfluxqlStatement& out) {
    if (auto ok = tokens_.expect_sign("("); !ok) return ok;
    if (tokens_.is_sign(")")) return malformed("tz requires exactly one argument");
    if (tokens_.next().kind != TokenKind::String) return malformed("expected string argument in tz()");
    out.zone = tokens_.next().text;
    if (!Zone::find(out.zone)) return malformed(fmt::format("unable to find time zone {}", printable(out.zone)));
    tokens_.advance();
    return tokens_.expect_sign(")");
  }

  Result<void> fill(InfluxqlStatement& out) {
    using Fill = InfluxqlStatement::Fill;
    if (auto ok = tokens_.expect_sign("("); !ok) return ok;
    if (tokens_.is_sign(")")) {
      return malformed("fill requires an argument, e.g.: 0, null, none, previous, linear");
    }
    out.fill_given = true;
    for (const auto& [name, kind] : {std::pair("null", Fill::Null), std::pair("none", Fill::None),
                                     std::pair("previous", Fill::Previous), std::pair("linear", Fill::Linear)}) {
      if (!tokens_.accept(name)) continue;
      out.fill = kind;
      return tokens_.expect_sign(")");
    }
    const auto value = expressions_.read();
    if (!value) return fail(value.error());
    if ((*value)->kind != Kind::Number && (*value)->kind != Kind::Integer) {
      return malformed("expected number argument in fill()");
    }
    out.fill = Fill::Number;
    out.fill_number = (*value)->number;
    return tokens_.expect_sign(")");
  }

  Result<InfluxqlStatement> show() {
    InfluxqlStatement out;
    for (const std::string_view other : {"DIAGNOSTICS", "GRANTS", "QUERIES", "SHARD", "SHARDS", "STATS"}) {
      if (tokens_.is_word(lower(other))) return unsupported(fmt::format("SHOW {}", other));
    }
    for (const auto& [name, kind] : {std::pair("databases", What::ShowDatabases), std::pair("users", What::ShowUsers),
                                     std::pair("subscriptions", What::ShowSubscriptions)}) {
      if (!tokens_.accept(name)) continue;
      out.kind = kind;
      return out;
    }
    if (tokens_.accept("continuous")) {
      if (auto ok = tokens_.expect("queries"); !ok) return fail(ok.error());
      out.kind = What::ShowContinuousQueries;
      return out;
    }
    if (auto ok = shown(out); !ok) return fail(ok.error());
    const bool counted = is_count(out.kind);
    if (tokens_.accept("on")) {
      auto name = tokens_.identifier();
      if (!name) return fail(name.error());
      out.database = std::move(*name);
    }
    if (out.kind == What::ShowRetentionPolicies) return out;
    if (out.kind != What::ShowMeasurements && tokens_.accept("from")) {
      if (auto ok = sources(out); !ok) return fail(ok.error());
    }
    if (out.kind == What::ShowMeasurements && tokens_.accept("with")) {
      if (auto ok = with_measurement(out); !ok) return fail(ok.error());
    }
    if (out.kind == What::ShowTagValues || out.kind == What::ShowTagValuesCardinality) {
      if (auto ok = tokens_.expect("with"); !ok) return fail(ok.error());
      if (auto ok = with_key(out); !ok) return fail(ok.error());
    }
    const Clauses allowed{out.kind != What::ShowFieldKeys, counted, out.kind == What::ShowTagKeys, false};
    if (auto ok = clauses(out, allowed); !ok) return fail(ok.error());
    return out;
  }

  static bool is_count(What kind) {
    return kind == What::ShowSeriesCardinality || kind == What::ShowMeasurementCardinality ||
           kind == What::ShowTagKeyCardinality || kind == What::ShowTagValuesCardinality ||
           kind == What::ShowFieldKeyCardinality;
  }

  // What stands behind SHOW.
  Result<void> shown(InfluxqlStatement& out) {
    if (tokens_.accept("measurements")) {
      out.kind = What::ShowMeasurements;
      return {};
    }
    if (tokens_.accept("retention")) {
      out.kind = What::ShowRetentionPolicies;
      return tokens_.expect("policies");
    }
    if (tokens_.accept("series")) {
      out.kind = What::ShowSeries;
      return cardinality(out, What::ShowSeriesCardinality);
    }
    if (tokens_.accept("measurement")) {
      if (!tokens_.is_word("exact") && !tokens_.is_word("cardinality")) return tokens_.found("EXACT, CARDINALITY");
      return cardinality(out, What::ShowMeasurementCardinality);
    }
    if (tokens_.accept("field")) {
      out.kind = What::ShowFieldKeys;
      if (tokens_.accept("keys")) return {};
      if (!tokens_.accept("key")) return tokens_.found("KEY, KEYS");
      if (!tokens_.is_word("exact") && !tokens_.is_word("cardinality")) return tokens_.found("EXACT, CARDINALITY");
      return cardinality(out, What::ShowFieldKeyCardinality);
    }
    if (tokens_.accept("tag")) {
      out.kind = What::ShowTagKeys;
      if (tokens_.accept("keys")) return {};
      if (tokens_.accept("values")) {
        out.kind = What::ShowTagValues;
        return cardinality(out, What::ShowTagValuesCardinality);
      }
      if (!tokens_.accept("key")) return tokens_.found("KEY, KEYS, VALUES");
      if (!tokens_.is_word("exact") && !tokens_.is_word("cardinality")) return tokens_.found("EXACT, CARDINALITY");
      return cardinality(out, What::ShowTagKeyCardinality);
    }
    return tokens_.found(
        "CONTINUOUS, DATABASES, DIAGNOSTICS, FIELD, GRANTS, MEASUREMENT, MEASUREMENTS, QUERIES, RETENTION, SERIES, "
        "SHARD, SHARDS, STATS, SUBSCRIPTIONS, TAG, USERS");
  }

  Result<void> cardinality(InfluxqlStatement& out, What kind) {
    out.exact = tokens_.accept("exact");
    if (out.exact || tokens_.is_word("cardinality")) {
      out.kind = kind;
      return tokens_.expect("cardinality");
    }
    return {};
  }

  // WITH MEASUREMENT = name, WITH MEASUREMENT =~ /regex/
  Result<void> with_measurement(InfluxqlStatement& out) {
    if (auto ok = tokens_.expect("measurement"); !ok) return ok;
    if (tokens_.is_sign("=~")) {
      tokens_.advance_to_regex();
      if (tokens_.next().kind != TokenKind::Regex) return tokens_.found("regex");
      out.sources.push_back({{}, {}, tokens_.next().text, true, {}});
      tokens_.advance();
      return {};
    }
    if (!tokens_.accept_sign("=")) return tokens_.found("=, =~");
    auto name = tokens_.identifier();
    if (!name) return fail(name.error());
    out.sources.push_back({{}, {}, std::move(*name), false, {}});
    return {};
  }

  // WITH KEY = key, WITH KEY IN (a, b), WITH KEY =~ /regex/, and their opposites.
  Result<void> with_key(InfluxqlStatement& out) {
    if (auto ok = tokens_.expect("key"); !ok) return ok;
    if (tokens_.accept("in")) {
      if (auto ok = tokens_.expect_sign("("); !ok) return ok;
      do {
        auto key = tokens_.identifier();
        if (!key) return fail(key.error());
        out.keys.push_back(std::move(*key));
      } while (tokens_.accept_sign(","));
      return tokens_.expect_sign(")");
    }
    out.other_keys = tokens_.is_sign("!=") || tokens_.is_sign("<>") || tokens_.is_sign("!~");
    if (tokens_.is_sign("=~") || tokens_.is_sign("!~")) {
      tokens_.advance_to_regex();
      if (tokens_.next().kind != TokenKind::Regex) return tokens_.found("regex");
      out.key = make_influxql(Kind::Regex, tokens_.next().text);
      tokens_.advance();
      return {};
    }
    if (!tokens_.is_sign("=") && !out.other_keys) return tokens_.found("IN, =, =~");
    tokens_.advance();
    auto name = tokens_.identifier();
    if (!name) return fail(name.error());
    out.keys.push_back(std::move(*name));
    return {};
  }

  InfluxqlTokens tokens_;
  InfluxqlExpressions expressions_;
  int depth_ = 0;
};

}  // namespace

Result<std::vector<InfluxqlStatement>> parse_influxql(std::string_view text, const InfluxqlParameters& parameters) {
  return Parser(text, parameters).all();
}

}  // namespace inquest::query
