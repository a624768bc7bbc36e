package org.iommulab.app.story;

import javafx.geometry.Orientation;
import javafx.geometry.Pos;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.OverrunStyle;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.iommulab.app.pane.WhyLink;
import org.iommulab.scenario.Chapter;

/** A chapter: a bullet, its title in one line or two, and at the right what came of it when that was not expected. */
final class ChapterRow extends Button {
    /** Border and room at both sides. */
    private static final double AROUND = 19;

    private final Label result = new Label();
    private final WhyLink why;
    private final HBox line;

    /** @param ask why it went wrong */
    ChapterRow(Chapter chapter, Runnable ask) {
        var bullet = new Region();
        bullet.getStyleClass().add("bullet");
        var title = new Label(chapter.title());
        title.getStyleClass().add("chapter-title");
        title.setWrapText(true);
        title.setTextOverrun(OverrunStyle.ELLIPSIS);
        title.setMinWidth(0);
        title.setMaxWidth(Double.MAX_VALUE);
        HBox.setHgrow(title, Priority.ALWAYS);
        result.getStyleClass().addAll("mono", "chapter-result");
        result.setMinWidth(Region.USE_PREF_SIZE);
        why = new WhyLink(ask);
        why.show(false);
        var end = new VBox(result, why);
        end.setAlignment(Pos.CENTER_RIGHT);
        end.setMinWidth(Region.USE_PREF_SIZE);
        line = new HBox(bullet, title, end);
        line.setAlignment(Pos.CENTER_LEFT);
        line.getStyleClass().add("chapter-line");
        // a button's graphic takes its own width; tied to the row's, so that long titles are broken
        line.prefWidthProperty().bind(widthProperty().subtract(AROUND));
        setGraphic(line);
        getStyleClass().setAll("chapter");
        setMaxWidth(Double.MAX_VALUE);
        setMinWidth(0);
        setPrefWidth(100);
        setTooltip(new Tooltip(chapter.title()));
    }

    /** @param text what came of it; empty when there is nothing to say */
    void tell(String text, boolean failed) {
        result.setText(text);
        result.setManaged(!text.isEmpty());
        why.show(failed);
    }

    @Override
    public Orientation getContentBias() {
        return Orientation.HORIZONTAL;
    }

    @Override
    protected double computePrefHeight(double width) {
        double inside = (width < 0 ? getWidth() : width) - AROUND;
        return snappedTopInset() + line.prefHeight(inside) + snappedBottomInset();
    }

    @Override
    protected double computeMinHeight(double width) {
        return computePrefHeight(width);
    }
}
