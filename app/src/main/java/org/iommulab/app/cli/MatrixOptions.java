package org.iommulab.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.export.NoPictures;
import org.iommulab.app.export.Pictures;
import org.iommulab.app.matrix.MatrixPicture;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.explore.breaks.SweepTally;
import org.iommulab.kernel.Level;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether the sweep is drawn as well, and how. */
final class MatrixOptions {
    @Option(
            names = "--picture",
            paramLabel = "FILE",
            description = "draws the matrix of one kernel too, .png or .svg; needs one --kernel")
    private @Nullable Path file;

    @Option(names = "--theme", description = "of the picture: dark or light (default: dark)", defaultValue = "dark")
    private Theme theme = Theme.DARK;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = "of the picture (default: 1600x1000)",
            defaultValue = "1600x1000")
    private String size = "1600x1000";

    boolean isWanted() {
        return file != null;
    }

    /** Says what is wrong before anything is run. */
    void check(List<Level> levels) {
        if (file != null && !file.toString().matches(".*\\.(png|svg)")) {
            throw new BadUsage("--picture " + file + ": expected a name that ends in .png or .svg");
        }
        if (file != null && levels.size() != 1) {
            throw new BadUsage("--picture: a picture shows one kernel, expected one --kernel, not " + levels.size());
        }
        RenderCommand.numbers("--size", size, "x");
    }

    /** The file that was written, if one was asked for. */
    Optional<Path> draw(List<Cell> cells, List<Level> levels, SweepTally tally) {
        if (file == null) {
            return Optional.empty();
        }
        List<Integer> pixels = RenderCommand.numbers("--size", size, "x");
        try {
            Pictures.render(
                    MatrixPicture.of(cells, levels.getFirst(), tally),
                    theme,
                    pixels.getFirst(),
                    pixels.getLast(),
                    file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoPictures | IllegalArgumentException e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
        return Optional.of(file);
    }
}
