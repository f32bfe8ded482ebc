#include "query/location.h"

namespace inquest::query {

WindowLocation location_of(const Value& value, const Context& context) {
  if (!value.is(Type::Record)) return context.location();
  WindowLocation out;
  const Record& record = value.as_record();
  if (const Value* zone = record.find("zone"); zone != nullptr && zone->is(Type::String)) {
    if (zone->as_string().empty()) return context.location();
    out.zone = zone->as_string();
  }
  if (const Value* offset = record.find("offset"); offset != nullptr && offset->is(Type::Duration)) {
    out.offset = offset->as_duration();
  }
  return out;
}

}  // namespace inquest::query
