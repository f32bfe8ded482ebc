// The inquiry into an incident, with what a recorder stored about its host.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "model/case.h"
#include "model/inquiry.h"
#include "reason/investigate.h"
#include "record/incident.h"
#include "record/incident_book.h"
#include "store/store.h"

namespace inquest::app {

// A file as it would lie in a folder of evidence: the decoders read it like any other, so that every rule applies.
struct EvidencePiece {
  std::string name;  // "telegraf.line", "pve1.netconsole"
  std::string text;
};

// What the store has about that host around that time (UTC): its telemetry from three hours before, as line protocol;
// its messages from six hours before, netconsole's as a console's capture, the journal's in the export format, the rest
// as RFC 5424; and what the others logged in the ten minutes before and after; and that it fell silent. Empty where it
// has nothing. Bounded: what is nearest to the time is kept. What is stored under one of the `addresses` is the host's
// as well.
Result<std::vector<EvidencePiece>> stored_evidence(store::Store& store, const std::string& host,
                                                   std::span<const std::string> addresses, Ns at);

// Reads the pieces into the case, under names as "recorder/telegraf.line".
void take_in_pieces(std::span<const EvidencePiece> pieces, model::Case& into);

// The incident's death, as the pieces tell it. Without a document where they tell of none.
record::Examined examine_incident(std::span<const EvidencePiece> pieces, const record::Incident& incident, Ns now);

// When it happened, as well as the incident knows: what the inquiry is asked about.
Ns moment_of(const record::Incident& incident);

}  // namespace inquest::app
