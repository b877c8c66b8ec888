// cli/graph.h - the lines left of `log --graph`, character for character as git draws them.
//
// Each branch line stands in a lane, two columns wide. For one commit the graph goes through stages: room is
// made (for merges of three and more), the commit's own line, the edges to the parents of a merge, and lines
// that slide lanes to the left until they stand where the next commit expects them.
#pragma once

#include <string>
#include <vector>

#include "cli/output.h"
#include "vstore/id.h"

namespace vstore::cli {

/// Use: begin(commit), then line() until it was the commit's own; then one line() or padding() for each line
/// of text; at last line() while !finished(). Belongs to one thread.
class Graph {
 public:
  explicit Graph(const Output& colours) : colours_(colours) {}

  /// The next commit, with those of its parents that will be shown.
  void begin(const Id& commit, const std::vector<Id>& parents);
  /// The next line, without newline. `is_commit_line` tells whether it is the one with the star.
  std::string line(bool* is_commit_line = nullptr);
  /// A line that changes nothing, if the graph is not in the middle of edges; else the next one.
  std::string padding();
  /// True if nothing is left to draw before the next commit.
  bool finished() const { return stage_ == Stage::padding; }
  /// Columns that lines and paddings of this commit take, at least.
  int width() const { return width_; }

 private:
  enum class Stage { padding, skip, make_room, commit, merge_edges, sliding };
  struct Lane {
    Id commit;   ///< the commit that this line leads to
    int colour;
  };
  /// A line being drawn: characters in colours.
  class Row;

  void assign_lanes();
  void place(const Id& commit, int from_lane);
  int find_next_lane(const Id& commit) const;
  int lane_for(const Id& commit);
  int colour_of(const Id& commit) const;
  int edges_beyond_two() const { return static_cast<int>(parents_.size()) + merge_shape_ - 3; }
  bool needs_room() const;
  bool lanes_settled() const;
  void enter(Stage stage);

  void draw_padding(Row& row) const;
  void draw_skip(Row& row);
  void draw_room(Row& row);
  void draw_commit(Row& row);
  void draw_octopus(Row& row) const;
  void draw_merge_edges(Row& row);
  void draw_sliding(Row& row);
  void slide();
  std::string finish(Row& row) const;

  const Output& colours_;
  Id commit_;
  std::vector<Id> parents_;
  Stage stage_ = Stage::padding, previous_stage_ = Stage::padding;
  std::vector<Lane> lanes_;        ///< above the commit's line
  std::vector<Lane> next_lanes_;   ///< below it
  /// For each column below the commit's line: which of next_lanes_ passes there, or -1. A lane has arrived
  /// when it stands in column 2 * lane.
  std::vector<int> columns_, previous_columns_;
  int width_ = 0;                  ///< columns that all lines of this commit are padded to
  int rows_of_room_ = 0;
  int commit_lane_ = 0, previous_commit_lane_ = 0;
  int merge_shape_ = -1;           ///< of a merge: 0 if its first parent's lane is to the left, else 1
  int lanes_added_ = 0, previous_lanes_added_ = 0;
  int horizontal_from_ = -1, horizontal_lane_ = -1;
  int last_colour_ = 0;
};

}  // namespace vstore::cli
