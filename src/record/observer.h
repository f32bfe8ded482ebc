// Who looks at what the recorder receives: the vital signs, the watch for crash reports.
#pragma once

#include <span>
#include <string_view>

#include "base/time.h"
#include "record/sink.h"
#include "store/store.h"

namespace inquest::record {

// Called on the network thread, for everything that is handed to the store, just before that. Must not block.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void events(std::span<const store::Event> events) = 0;
  virtual void lines(const Peer& peer, std::string_view bucket, std::string_view lines) = 0;
  // About each second; `steady` is of a clock that does not jump, `now` UTC.
  virtual void tick(Ns steady, Ns now) = 0;
  // About each second for as long as the store has not taken for a while what waits for it. Who waits for its answer is
  // silent meanwhile, and it is the recorder's doing.
  virtual void held_up() {}
};

}  // namespace inquest::record
