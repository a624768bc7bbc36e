package org.iommulab.app.story;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.ToggleButton;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.playback.Playback;
import org.iommulab.explore.patches.Noticed;
import org.iommulab.explore.patches.PatchSheet;
import org.iommulab.kernel.KernelBuild;

/**
 * The series patch by patch: what each changes, why, and where the open story first notices it. Each can be switched by
 * itself.
 */
public final class PatchPlayer extends VBox {
    private static final String NONE = "none";

    private final Playback playback;
    private final ObservableValue<KernelBuild> kernel;
    private final Runnable close;

    /**
     * What is shown.
     *
     * @param sheets every patch
     * @param noticed for each where the story notices it; empty where it is the same
     */
    public record Content(List<PatchSheet> sheets, List<Optional<Noticed>> noticed) {
        public Content {
            sheets = List.copyOf(sheets);
            noticed = List.copyOf(noticed);
        }
    }

    /** @param close called when somebody goes to a step, so that it is seen */
    public PatchPlayer(Playback playback, ObservableValue<KernelBuild> kernel, Runnable close) {
        this.playback = playback;
        this.kernel = kernel;
        this.close = close;
        getStyleClass().add("patch-player");
        setId("patch-player");
        getChildren().setAll(words("Playing the story with and without each patch", "muted"));
    }

    public void show(Content content) {
        getChildren().clear();
        for (int i = 0; i < content.sheets().size(); i++) {
            getChildren().add(patch(content.sheets().get(i), content.noticed().get(i)));
        }
    }

    /** Why there is nothing to show. */
    public void say(String problem) {
        getChildren().setAll(words(problem, "danger"));
    }

    private Node patch(PatchSheet sheet, Optional<Noticed> noticed) {
        var block = new VBox(head(sheet), words(sheet.reason(), "muted"));
        block.getStyleClass().add("patch-block");
        String behaviours = behaviours(sheet);
        if (!behaviours.isEmpty()) {
            block.getChildren().add(words(behaviours, "mono"));
        }
        block.getChildren()
                .add(sheet.entries().isEmpty() ? words("No driver's table changes.", "muted") : table(sheet));
        block.getChildren()
                .add(noticed.map(found -> goThere(sheet, found))
                        .orElseGet(() -> words("This story is the same without and with it.", "muted")));
        return block;
    }

    private Node head(PatchSheet sheet) {
        var button = new ToggleButton(sheet.patch().text());
        button.getStyleClass().setAll("patch-switch", "mono");
        button.setAccessibleText("Patch " + sheet.patch().text());
        button.setOnAction(_ -> {
            var chosen = new TreeSet<>(kernel.getValue().patches());
            if (!chosen.remove(sheet.patch())) {
                chosen.add(sheet.patch());
            }
            playback.kernel(kernel.getValue().with(chosen));
        });
        button.setSelected(kernel.getValue().patches().contains(sheet.patch()));
        kernel.subscribe(now -> button.setSelected(now.patches().contains(sheet.patch())));
        var subject = words(sheet.patch().subject(), "heading");
        var commit =
                words(sheet.patch().isIdea() ? "never merged" : sheet.patch().commit(), "mono");
        commit.getStyleClass().add("muted");
        commit.setMinWidth(Region.USE_PREF_SIZE);
        HBox.setHgrow(subject, Priority.ALWAYS);
        subject.setMaxWidth(Double.MAX_VALUE);
        var head = new HBox(button, subject, commit);
        head.setAlignment(Pos.CENTER_LEFT);
        head.getStyleClass().add("patch-head");
        return head;
    }

    private static String behaviours(PatchSheet sheet) {
        return Stream.concat(
                        sheet.added().stream().map(one -> "+ " + one),
                        sheet.removed().stream().map(one -> "- " + one))
                .collect(Collectors.joining("\n"));
    }

    /** What changes in the drivers' tables, a line for each place. */
    private static Node table(PatchSheet sheet) {
        var grid = new GridPane();
        grid.getStyleClass().add("patch-table");
        line(grid, 0, "muted", "driver", "on", "callback", "before", "after");
        int row = 1;
        for (PatchSheet.Entry entry : sheet.entries()) {
            line(
                    grid,
                    row++,
                    "mono",
                    entry.driver(),
                    String.join(", ", entry.architectures()),
                    entry.callback(),
                    entry.before().orElse(NONE),
                    entry.after().orElse(NONE));
        }
        return grid;
    }

    private static void line(GridPane grid, int row, String style, String... cells) {
        for (int column = 0; column < cells.length; column++) {
            var cell = new Label(cells[column]);
            cell.getStyleClass().add(style);
            grid.add(cell, column, row);
        }
    }

    private Node goThere(PatchSheet sheet, Noticed noticed) {
        var button = new Button("Step " + noticed.step());
        button.getStyleClass().add("tool");
        button.setMinWidth(Region.USE_PREF_SIZE);
        button.setAccessibleText(
                "Go to step " + noticed.step() + " with " + sheet.patch().text());
        button.setOnAction(_ -> {
            playback.kernel(PatchSheet.after(sheet.patch()));
            playback.go(noticed.step());
            close.run();
        });
        var line = new HBox(button, words("without it: " + noticed.before() + "\nwith it: " + noticed.after(), "mono"));
        line.setAlignment(Pos.CENTER_LEFT);
        line.getStyleClass().add("patch-head");
        return line;
    }

    private static Label words(String text, String style) {
        var label = new Label(text);
        label.setWrapText(true);
        label.getStyleClass().add(style);
        return label;
    }
}
