using Berth.Cli.Http;

namespace Berth.Cli.Commands;

/// <summary>A review for a person to read.</summary>
internal static class ReviewView
{
    private const int MostFiles = 40;

    /// <summary>Its lines.</summary>
    public static IEnumerable<string> Lines(ReviewDetails details)
    {
        var review = details.Review;
        yield return $"{review.Slug} {review.Version}: {review.State}{(review.Position is { } position ? $", number {position} in the queue" : "")}, held for {Age(details.AgeSeconds)}";
        foreach (var reason in review.Reasons ?? [])
        {
            yield return $"  {reason.Stage}: {reason.Code}: {reason.Reason}";
        }

        if (review.Appeal is { } appeal)
        {
            yield return $"Appeal: {appeal}";
        }

        if (review.DecisionReason is { } decision)
        {
            yield return $"Decision: {decision}";
        }

        foreach (var finding in details.Findings ?? [])
        {
            var isNew = details.FindingsNew?.Contains(finding) == true ? " (new)" : "";
            yield return $"Finding: {finding.Severity} {finding.Code}{(finding.File is null ? "" : $" in {finding.File}")}{isNew}";
        }

        foreach (var line in Lines(details.Difference))
        {
            yield return line;
        }
    }

    /// <summary>How long ago, in the largest unit.</summary>
    public static string Age(long? seconds) => seconds switch
    {
        null => "",
        < 60 => $"{seconds} s",
        < 3_600 => $"{seconds / 60} min",
        < 172_800 => $"{seconds / 3_600} h",
        _ => $"{seconds / 86_400} days",
    };

    private static IEnumerable<string> Lines(ReviewDifference? difference)
    {
        if (difference is null)
        {
            yield break;
        }

        yield return difference.PreviousVersion is { } previous ? $"Compared with {previous}:" : "The plugin's first version:";
        foreach (var capability in difference.CapabilitiesAdded)
        {
            yield return $"  + capability {capability}";
        }

        foreach (var capability in difference.CapabilitiesRemoved)
        {
            yield return $"  - capability {capability}";
        }

        var files = difference.FilesAdded.Select(file => $"  + {file.Path} ({PlanView.Size(file.Size ?? 0)})")
            .Concat(difference.FilesRemoved.Select(file => $"  - {file.Path}"))
            .Concat(difference.FilesChanged.Select(file => $"  ~ {file.Path} ({PlanView.Size(file.PreviousSize ?? 0)} → {PlanView.Size(file.Size ?? 0)})")).ToList();
        foreach (var file in files.Take(MostFiles))
        {
            yield return file;
        }

        if (files.Count > MostFiles)
        {
            yield return $"  … and {files.Count - MostFiles} more files; --json shows all";
        }

        yield return $"  {difference.FilesUnchanged} files unchanged, {PlanView.Size(difference.Size)}{(difference.PreviousSize is { } before ? $" instead of {PlanView.Size(before)}" : "")}";
    }
}
