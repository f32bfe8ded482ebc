// Which connections are open, so that idle ones make room for new ones, and one source can't take all.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>

#include "record/counters.h"
#include "record/ip_address.h"

namespace inquest::record {

// Not for use from several threads.
class ConnectionTable {
 public:
  // `gauge` shows how many there are.
  ConnectionTable(uint64_t most, uint64_t most_of_one, Gauge& gauge)
      : most_(most), most_of_one_(most_of_one), gauge_(gauge) {}
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // A connection's place in the table. The table outlives it.
  class Place {
   public:
    Place(ConnectionTable& table, const IpAddress& source);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Nothing is under way: from now on `close` may be called, once, to make room. It must not end the place by itself.
    void idle(std::function<void()> close);
    void busy();

   private:
    friend class ConnectionTable;
    ConnectionTable& table_;
    IpAddress source_;
    std::function<void()> close_;
    std::list<Place*>::iterator waiting_;
    bool idle_ = false;
  };

  // Whether there is room for one more connection of that source; the connections that were idle longest (of that
  // source, where it has its share) are closed for it.
  bool make_room(const IpAddress& source);
  // Closes all that are idle.
  void close_idle();
  // Closes the one that has been idle longest; false where none is.
  bool close_one();

  uint64_t size() const { return size_; }

 private:
  bool close_first(const IpAddress* source);

  uint64_t most_;
  uint64_t most_of_one_;
  Gauge& gauge_;
  uint64_t size_ = 0;
  std::map<IpAddress, uint64_t> sources_;
  std::list<Place*> idle_;  // the one that waits longest first
};

}  // namespace inquest::record
