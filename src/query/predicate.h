// What a filter says about series: which measurements, fields and tags its rows can have.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "query/interpreter.h"
#include "store/store.h"

namespace inquest::query {

// Never narrower than the filters: what it lets through is still filtered.
struct Narrowing {
  // One of these values; "_measurement" and "_field" are keys like a tag's.
  std::map<std::string, std::set<std::string>> one_of;
  std::vector<store::TagMatch> others;
  // Whether the filters look at nothing but the series and the field, so that all rows of one pass or none.
  bool series_only = true;

  bool impossible() const;
};

// `(r) => r._measurement == "cpu" and r.host =~ /^db/ and (r._field == "a" or r._field == "b")`, literals or variables.
// Anything else narrows nothing.
Narrowing narrowing_of(const Function& filter);
Narrowing both(Narrowing a, const Narrowing& b);

// Puts all but the fields into the selection.
void narrow(const Narrowing& by, store::Selection& selection);
// Whether a field of that name can pass.
bool may_be_field(const Narrowing& by, std::string_view field);

}  // namespace inquest::query
