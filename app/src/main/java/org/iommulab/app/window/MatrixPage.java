package org.iommulab.app.window;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.application.Platform;
import javafx.scene.Node;
import javafx.scene.layout.Pane;
import javafx.scene.layout.StackPane;
import javafx.stage.FileChooser;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.export.NoPictures;
import org.iommulab.app.export.Pictures;
import org.iommulab.app.matrix.CellWords;
import org.iommulab.app.matrix.MatrixPane;
import org.iommulab.app.matrix.MatrixPicture;
import org.iommulab.app.matrix.Sweeper;
import org.iommulab.app.playback.LivePlayback;
import org.iommulab.app.playback.Places;
import org.iommulab.app.playback.Story;
import org.iommulab.app.playback.Trail;
import org.iommulab.app.playback.WindowFrames;
import org.iommulab.explore.breaks.Cell;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.jspecify.annotations.Nullable;

/** The matrix over the whole window. It is made when it is first asked for and kept, so what was swept stays. */
final class MatrixPage {
    private static final int PICTURE_WIDTH = 1600;
    private static final int PICTURE_HEIGHT = 1000;

    private interface Writing {
        void write() throws IOException;
    }

    private final StackPane root;
    private final Node below;
    private final Pane layer;
    private final LivePlayback playback;
    private final ComparePage compare;
    private final Look look;
    private final Sweeper sweeper;
    private @Nullable MatrixPane pane;

    /**
     * @param below what is not seen while the matrix is
     * @param layer what may be laid over the matrix
     */
    MatrixPage(
            StackPane root,
            Node below,
            Pane layer,
            LivePlayback playback,
            ComparePage compare,
            Look look,
            Sweeper sweeper) {
        this.layer = layer;
        this.compare = compare;
        this.sweeper = sweeper;
        this.root = root;
        this.below = below;
        this.playback = playback;
        this.look = look;
        // What is closed gives the keyboard to the root; while the matrix is seen it is the matrix's.
        root.focusedProperty().subscribe(focused -> {
            if (focused && isOnTop()) {
                Platform.runLater(() -> pane().takeKeys());
            }
        });
    }

    void show() {
        MatrixPane shown = pane();
        if (!isShown()) {
            // Under the layer of sheets, which come over it as over everything.
            root.getChildren().add(root.getChildren().indexOf(below) + 1, shown);
            below.setVisible(false);
        }
        shown.show();
    }

    /** Ends what runs. */
    void close() {
        if (pane != null) {
            pane.close();
        }
    }

    private boolean isShown() {
        return root.getChildren().contains(pane);
    }

    /** Whether the matrix covers the window and nothing covers the matrix; keys are its own then. */
    boolean isOnTop() {
        return isShown() && layer.getChildren().isEmpty();
    }

    private MatrixPane pane() {
        if (pane == null) {
            pane = new MatrixPane(sweeper, new WindowFrames(), look.themeProperty(), level(), new PageDesk());
            pane.scaleProperty().bind(look.scaleProperty());
        }
        return pane;
    }

    /** The level that the window is on, or the last of the series. */
    private Level level() {
        String spec = playback.kernelProperty().get().spec();
        return Level.KNOWN.stream()
                .filter(level -> level.spec().equals(spec))
                .findFirst()
                .orElse(Level.KNOWN.stream()
                        .filter(level -> level.key().equals("P5"))
                        .findFirst()
                        .orElseThrow());
    }

    private void hide() {
        root.getChildren().remove(pane);
        below.setVisible(true);
        root.requestFocus();
    }

    private final class PageDesk implements MatrixPane.Desk {
        /**
         * Beside the unbroken run, at the first event that differs; and in the window below, for whoever goes back there,
         * with the way to the harm.
         */
        @Override
        public void open(Cell cell) {
            cell.story().ifPresent(file -> {
                Story story = ScenarioRuns.story(file.file());
                KernelBuild unbroken = cell.level().build();
                KernelBuild broken = cell.tampering().on(unbroken);
                Optional<Integer> step = cell.divergence().map(place -> place.broken());
                playback.open(story, broken, step.orElse(Places.BEGINNING), trail(cell));
                step.ifPresentOrElse(
                        at -> compare.open(story, List.of(unbroken, broken), 1, at),
                        () -> compare.open(story, List.of(unbroken, broken)));
            });
        }

        @Override
        public void csv(String text) {
            save("Export the matrix as csv", "what-breaks.csv", "*.csv")
                    .ifPresent(file -> write(file, () -> Files.writeString(file.toPath(), text)));
        }

        @Override
        public void picture(MatrixPicture picture) {
            save("Export the matrix as a picture", "what-breaks.png", "*.png", "*.svg")
                    .ifPresent(file -> {
                        Theme theme = look.themeProperty().get();
                        write(
                                file,
                                () -> Pictures.render(picture, theme, PICTURE_WIDTH, PICTURE_HEIGHT, file.toPath()));
                    });
        }

        private void write(File file, Writing writing) {
            Thread.ofVirtual().name("export").start(() -> {
                String said;
                try {
                    writing.write();
                    said = "Written: " + file.getName();
                } catch (IOException | IllegalArgumentException | NoPictures e) {
                    said = "Not written: " + e.getMessage();
                }
                String text = said;
                Platform.runLater(() -> pane().say(text));
            });
        }

        @Override
        public void close() {
            hide();
        }
    }

    private static Optional<Trail> trail(Cell cell) {
        var links = new ArrayList<Trail.Link>();
        cell.chain().forEach(link -> links.add(new Trail.Link(link.step(), link.words())));
        return links.isEmpty() ? Optional.empty() : Optional.of(new Trail(CellWords.verdict(cell), links));
    }

    private Optional<File> save(String title, String name, String... endings) {
        var chooser = new FileChooser();
        chooser.setTitle(title);
        chooser.setInitialFileName(name);
        chooser.getExtensionFilters().add(new FileChooser.ExtensionFilter(title, List.of(endings)));
        return Optional.ofNullable(chooser.showSaveDialog(root.getScene().getWindow()));
    }
}
