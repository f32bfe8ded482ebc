#include "record/connection_table.h"

#include <algorithm>
#include <utility>

namespace inquest::record {

ConnectionTable::Place::Place(ConnectionTable& table, const IpAddress& source) : table_(table), source_(source) {
  ++table_.size_;
  ++table_.sources_[source_];
  table_.gauge_.add(1);
}

ConnectionTable::Place::~Place() {
  busy();
  --table_.size_;
  table_.gauge_.add(-1);
  const auto found = table_.sources_.find(source_);
  if (--found->second == 0) table_.sources_.erase(found);
}

void ConnectionTable::Place::idle(std::function<void()> close) {
  busy();
  close_ = std::move(close);
  waiting_ = table_.idle_.insert(table_.idle_.end(), this);
  idle_ = true;
}

void ConnectionTable::Place::busy() {
  if (!std::exchange(idle_, false)) return;
  table_.idle_.erase(waiting_);
  close_ = nullptr;
}

bool ConnectionTable::close_first(const IpAddress* source) {
  const auto found =
      std::ranges::find_if(idle_, [&](const Place* place) { return source == nullptr || place->source_ == *source; });
  if (found == idle_.end()) return false;
  Place& place = **found;
  const auto close = std::move(place.close_);
  place.busy();
  close();
  return true;
}

bool ConnectionTable::make_room(const IpAddress& source) {
  // A place that is closed counts until its coroutine has ended, so the bound is passed by those that are ending.
  const auto mine = sources_.find(source);
  if (mine != sources_.end() && mine->second >= most_of_one_) return close_first(&source);
  return size_ < most_ || close_first(nullptr);
}

bool ConnectionTable::close_one() { return close_first(nullptr); }

void ConnectionTable::close_idle() {
  while (close_first(nullptr)) {
  }
}

}  // namespace inquest::record
