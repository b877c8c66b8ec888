#include "cli/graph.h"

#include <algorithm>
#include <iterator>

namespace vstore::cli {
namespace {

constexpr Colour kColours[] = {Colour::red, Colour::green, Colour::yellow, Colour::blue, Colour::magenta, Colour::cyan};
constexpr int kColoursCount = static_cast<int>(std::size(kColours));
constexpr int kNoColour = -1;

}  // namespace

class Graph::Row {
 public:
  void put(char c, int colour = kNoColour) {
    text_ += c;
    colours_.push_back(colour);
  }
  void put(char c, const Lane& lane) { put(c, lane.colour); }
  void space(int count = 1) {
    while (count-- > 0) put(' ');
  }
  void pad(int width) { space(width - static_cast<int>(text_.size())); }

  /// Runs of one colour become one painted piece.
  std::string painted(const Output& out) const {
    if (!out.coloured()) return text_;
    std::string painted;
    for (std::size_t i = 0; i < text_.size();) {
      std::size_t end = i + 1;
      while (end < text_.size() && colours_[end] == colours_[i]) ++end;
      const Colour colour = colours_[i] == kNoColour ? Colour::plain : kColours[colours_[i]];
      painted += out.paint(colour, std::string_view(text_).substr(i, end - i));
      i = end;
    }
    return painted;
  }

 private:
  std::string text_;
  std::vector<int> colours_;
};

// ------------------------------------------------------------------------------------ lanes --

void Graph::begin(const Id& commit, const std::vector<Id>& parents) {
  commit_ = commit;
  parents_ = parents;
  previous_commit_lane_ = commit_lane_;
  assign_lanes();
  rows_of_room_ = 0;
  // Whoever did not draw the last commit to its end gets a line that says so.
  stage_ = stage_ != Stage::padding ? Stage::skip : needs_room() ? Stage::make_room : Stage::commit;
}

/// Decides which lane each line has below the commit, and from which column it comes.
void Graph::assign_lanes() {
  lanes_ = std::move(next_lanes_);
  next_lanes_.clear();
  columns_.assign(2 * (lanes_.size() + parents_.size()) + 2, -1);
  width_ = 0;
  previous_lanes_added_ = lanes_added_;
  lanes_added_ = 0;
  bool seen = false;
  const int count = static_cast<int>(lanes_.size());
  for (int lane = 0; lane <= count; ++lane) {
    const bool is_new = lane == count;  // a commit without shown children stands to the right of all
    if (is_new && seen) break;
    if (!is_new && lanes_[static_cast<std::size_t>(lane)].commit != commit_) {
      place(lanes_[static_cast<std::size_t>(lane)].commit, -1);
      continue;
    }
    seen = true;
    commit_lane_ = lane;
    merge_shape_ = -1;
    for (const Id& parent : parents_) {
      if (parents_.size() > 1 || is_new) last_colour_ = (last_colour_ + 1) % kColoursCount;
      place(parent, lane);
    }
    if (parents_.empty()) width_ += 2;  // the commit itself takes its columns
  }
  while (columns_.size() > 1 && columns_.back() < 0) columns_.pop_back();
}

/// `from_lane`: the commit's lane if this is an edge to one of its parents, else -1.
void Graph::place(const Id& commit, int from_lane) {
  const int lane = lane_for(commit);
  int column;
  if (parents_.size() > 1 && from_lane >= 0 && merge_shape_ < 0) {
    // The first parent decides the merge's shape: does its lane stand to the left already, or below?
    const int distance = from_lane - lane;
    const int shift = distance > 1 ? 2 * distance - 3 : 1;
    merge_shape_ = distance > 0 ? 0 : 1;
    lanes_added_ = static_cast<int>(parents_.size()) + merge_shape_ - 2;
    column = width_ + (merge_shape_ - 1) * shift;
    width_ += 2 * merge_shape_;
  } else if (lanes_added_ > 0 && lane == columns_[static_cast<std::size_t>(width_ - 2)]) {
    // The merge's last edge leads to the very next line: they join at once.
    column = width_ - 2;
    lanes_added_ = -1;
  } else {
    column = width_;
    width_ += 2;
  }
  columns_[static_cast<std::size_t>(column)] = lane;
}

int Graph::find_next_lane(const Id& commit) const {
  const auto found = std::find_if(next_lanes_.begin(), next_lanes_.end(),
                                  [&](const Lane& lane) { return lane.commit == commit; });
  return found == next_lanes_.end() ? -1 : static_cast<int>(found - next_lanes_.begin());
}

int Graph::lane_for(const Id& commit) {
  if (const int lane = find_next_lane(commit); lane >= 0) return lane;
  next_lanes_.push_back({commit, colour_of(commit)});
  return static_cast<int>(next_lanes_.size()) - 1;
}

/// A line keeps its colour all the way down.
int Graph::colour_of(const Id& commit) const {
  const auto known = std::find_if(lanes_.begin(), lanes_.end(), [&](const Lane& lane) { return lane.commit == commit; });
  return known == lanes_.end() ? last_colour_ : known->colour;
}

bool Graph::needs_room() const {
  return parents_.size() >= 3 && commit_lane_ + 1 < static_cast<int>(lanes_.size()) &&
         rows_of_room_ < 2 * edges_beyond_two();
}

bool Graph::lanes_settled() const {
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    if (columns_[column] >= 0 && columns_[column] != static_cast<int>(column / 2)) return false;
  }
  return true;
}

void Graph::enter(Stage stage) {
  previous_stage_ = stage_;
  stage_ = stage;
}

// ------------------------------------------------------------------------------------ lines --

std::string Graph::line(bool* is_commit_line) {
  Row row;
  if (is_commit_line) *is_commit_line = stage_ == Stage::commit;
  switch (stage_) {
    case Stage::padding: draw_padding(row); break;
    case Stage::skip: draw_skip(row); break;
    case Stage::make_room: draw_room(row); break;
    case Stage::commit: draw_commit(row); break;
    case Stage::merge_edges: draw_merge_edges(row); break;
    case Stage::sliding: draw_sliding(row); break;
  }
  return finish(row);
}

std::string Graph::padding() {
  if (stage_ != Stage::commit) return line();
  Row row;
  for (const Lane& lane : lanes_) {
    row.put('|', lane);
    const bool octopus = lane.commit == commit_ && parents_.size() > 2;
    row.space(octopus ? 2 * (static_cast<int>(parents_.size()) - 2) : 1);
  }
  previous_stage_ = Stage::padding;
  return finish(row);
}

std::string Graph::finish(Row& row) const {
  row.pad(width_);
  return row.painted(colours_);
}

void Graph::draw_padding(Row& row) const {
  for (const Lane& lane : next_lanes_) {
    row.put('|', lane);
    row.space();
  }
}

void Graph::draw_skip(Row& row) {
  for (int i = 0; i < 3; ++i) row.put('.');
  enter(needs_room() ? Stage::make_room : Stage::commit);
}

/// Lanes to the right of an octopus step aside, one column a line.
void Graph::draw_room(Row& row) {
  bool seen = false;
  for (int i = 0; i < static_cast<int>(lanes_.size()); ++i) {
    const Lane& lane = lanes_[static_cast<std::size_t>(i)];
    if (lane.commit == commit_) {
      seen = true;
      row.put('|', lane);
      row.space(rows_of_room_);
    } else if (seen && rows_of_room_ == 0) {
      // A lane that was bent by the merge above goes on in that direction.
      row.put(previous_stage_ == Stage::merge_edges && previous_commit_lane_ < i ? '\\' : '|', lane);
    } else {
      row.put(seen ? '\\' : '|', lane);
    }
    row.space();
  }
  ++rows_of_room_;
  if (!needs_room()) enter(Stage::commit);
}

void Graph::draw_commit(Row& row) {
  bool seen = false;
  const int count = static_cast<int>(lanes_.size());
  for (int i = 0; i <= count; ++i) {
    if (i == count || lanes_[static_cast<std::size_t>(i)].commit == commit_) {
      if (i == count && seen) break;
      seen = true;
      row.put('*');
      if (parents_.size() > 2) draw_octopus(row);
      row.space();
      continue;
    }
    const Lane& lane = lanes_[static_cast<std::size_t>(i)];
    const auto at = static_cast<std::size_t>(2 * i);
    if (seen && lanes_added_ > 1) {
      row.put('\\', lane);
    } else if (seen && lanes_added_ == 1) {
      const bool bent = previous_stage_ == Stage::merge_edges && previous_lanes_added_ > 0 && previous_commit_lane_ < i;
      row.put(bent ? '\\' : '|', lane);
    } else {
      const bool arriving = previous_stage_ == Stage::sliding && at + 1 < previous_columns_.size() &&
                            previous_columns_[at + 1] == i && (at >= columns_.size() || columns_[at] < i);
      row.put(arriving ? '/' : '|', lane);
    }
    row.space();
  }
  enter(parents_.size() > 1 ? Stage::merge_edges : lanes_settled() ? Stage::padding : Stage::sliding);
}

/// "---." from the commit to its third and later parents.
void Graph::draw_octopus(Row& row) const {
  const int edges = edges_beyond_two();
  for (int i = 0; i < edges; ++i) {
    const int lane = columns_[static_cast<std::size_t>((commit_lane_ + i + 2) * 2)];
    row.put('-', next_lanes_[static_cast<std::size_t>(lane)]);
    row.put(i == edges - 1 ? '.' : '-', next_lanes_[static_cast<std::size_t>(lane)]);
  }
}

void Graph::draw_merge_edges(Row& row) {
  static constexpr char kEdges[] = {'/', '|', '\\'};
  bool seen = false;
  const Lane* parent_lane = nullptr;  // the first parent's, if it stands left of the commit
  const int count = static_cast<int>(lanes_.size());
  for (int i = 0; i <= count; ++i) {
    const bool is_commit = i == count || lanes_[static_cast<std::size_t>(i)].commit == commit_;
    if (i == count && seen) break;
    if (is_commit) {
      seen = true;
      int edge = merge_shape_;
      for (std::size_t p = 0; p < parents_.size(); ++p) {
        row.put(kEdges[edge], next_lanes_[static_cast<std::size_t>(find_next_lane(parents_[p]))]);
        if (edge < 2) ++edge;
        else if (lanes_added_ > 0 || p + 1 < parents_.size()) row.space();
      }
      if (lanes_added_ == 0) row.space();
      continue;
    }
    const Lane& lane = lanes_[static_cast<std::size_t>(i)];
    if (seen) {
      row.put(lanes_added_ > 0 ? '\\' : '|', lane);
      row.space();
    } else {
      row.put('|', lane);
      if (merge_shape_ != 0 || i != commit_lane_ - 1) {
        if (parent_lane) row.put('_', *parent_lane);
        else row.space();
      }
    }
    if (lane.commit == parents_.front()) parent_lane = &lane;
  }
  enter(lanes_settled() ? Stage::padding : Stage::sliding);
}

void Graph::draw_sliding(Row& row) {
  slide();
  bool drew_horizontal = false;
  for (int i = 0; i < static_cast<int>(columns_.size()); ++i) {
    int& lane = columns_[static_cast<std::size_t>(i)];
    if (lane < 0) {
      row.space();
      continue;
    }
    const Lane& line = next_lanes_[static_cast<std::size_t>(lane)];
    if (lane * 2 == i) {
      row.put('|', line);
    } else if (lane == horizontal_lane_ && i != horizontal_from_ - 1) {
      // Only the first piece of the horizontal edge goes on in the next line.
      if (i != lane * 2 + 3) lane = -1;
      drew_horizontal = true;
      row.put('_', line);
    } else {
      row.put('/', line);
      if (drew_horizontal && i < horizontal_from_) lane = -1;
    }
  }
  enter(lanes_settled() ? Stage::padding : Stage::sliding);
}

/// Moves every lane that has not arrived one step to the left: by one column into a free one, by two across
/// another lane, or into the lane that leads to the same commit. One lane at a time may go further, as a
/// horizontal edge.
void Graph::slide() {
  previous_columns_ = columns_;
  std::fill(columns_.begin(), columns_.end(), -1);
  horizontal_from_ = horizontal_lane_ = -1;
  const auto column = [&](int i) -> int& { return columns_[static_cast<std::size_t>(i)]; };
  const auto run_horizontally = [&](int lane, int from, int end) {
    if (horizontal_from_ >= 0) return;
    horizontal_from_ = from;
    horizontal_lane_ = lane;
    for (int j = lane * 2 + 3; j < end; j += 2) column(j) = lane;
  };
  for (int i = 0; i < static_cast<int>(columns_.size()); ++i) {
    const int lane = previous_columns_[static_cast<std::size_t>(i)];
    if (lane < 0) continue;
    if (lane * 2 == i) {
      column(i) = lane;
    } else if (column(i - 1) < 0) {
      column(i - 1) = lane;
      run_horizontally(lane, i, i - 2);
    } else if (column(i - 1) != lane) {
      column(i - 2) = lane;
      run_horizontally(lane, i - 1, i - 2);
    }
  }
  previous_columns_ = columns_;
  if (columns_.back() < 0) columns_.pop_back();
}

}  // namespace vstore::cli
