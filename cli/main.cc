#include "cli/dispatch.h"

int main(int argc, char** argv) { return vstore::cli::run(argc, argv); }
