package org.iommulab.scenario;

import java.nio.file.Path;
import org.iommulab.board.Board;

/** A scenario with the board that it is about, both read and checked. */
public record ScenarioFile(Path file, Scenario scenario, Board board) {}
