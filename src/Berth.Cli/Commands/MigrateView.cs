using System.Globalization;
using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>A migration's progress and report for people.</summary>
internal static class MigrateView
{
    private const int ShownFindings = 3;
    private const int ShownDifferences = 20;

    /// <summary>A text member, or nothing.</summary>
    public static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString()! : value.ToString() : "";

    /// <summary>How far it is: every step to somebody who watches, the ends of phases to a log.</summary>
    public static void Progress(CommandContext context, JsonElement said)
    {
        var (done, total) = (Number(said, "done"), Number(said, "total"));
        if (context.Terminal.ErrorIsTerminal || done == total)
            context.Report.Say(total == 0 ? $"{Text(said, "phase")} …" : $"{Text(said, "phase")}: {done} of {total}");
    }

    /// <summary>What was done, and what to do next.</summary>
    public static void Result(Report report, JsonElement said)
    {
        List<IReadOnlyList<string>> rows = [];
        if (said.TryGetProperty("report", out var migration))
            rows.AddRange(Figures(migration));
        if (said.TryGetProperty("verification", out var verification))
            rows.AddRange(Comparison(verification));
        if (said.TryGetProperty("rollback", out var rollback))
        {
            rows.Add(["removed", $"{Number(rollback, "installations")} installations, {Number(rollback, "packages")} packages, {Number(rollback, "users")} users"]);
            rows.AddRange(rollback.GetProperty("kept").EnumerateArray().Select(kept => (IReadOnlyList<string>)["kept", kept.GetString()!]));
        }

        report.Table(new DryRunOutput("migrate"), ["What", "Result"], rows);
        report.Say(Conclusion(said));
    }

    private static IEnumerable<IReadOnlyList<string>> Figures(JsonElement report)
    {
        var (users, installations, packages, bytes) = (report.GetProperty("users"), report.GetProperty("installations"), report.GetProperty("packages"), report.GetProperty("bytes"));
        yield return ["users", $"{Number(users, "total")}: {Number(users, "created")} created, {Number(users, "existing")} known before"];
        yield return ["installations", $"{Number(installations, "total")}: {Number(installations, "migrated")} migrated, {Number(installations, "kept_privately")} kept as private packages, {Number(installations, "already_migrated")} migrated before, {Number(installations, "not_migrated")} not migrated"];
        yield return ["modules", $"{Number(report, "modules")}"];
        yield return ["packages", $"{Number(packages, "total")}: {Number(packages, "made")} made"];
        yield return ["bytes", $"{Size(bytes, "before")} before, {Size(bytes, "added")} added, {Size(bytes, "saved")} saved ({bytes.GetProperty("saved_percent").GetDouble().ToString("0.0", CultureInfo.InvariantCulture)} %)"];
        foreach (var bucket in report.GetProperty("buckets").EnumerateArray().Where(bucket => Number(bucket, "count") > 0))
        {
            yield return [Text(bucket, "name"), $"{Number(bucket, "count")}"];
            foreach (var item in bucket.GetProperty("items").EnumerateArray().Take(ShownFindings))
                yield return ["", string.Join(' ', new[] { Text(item, "user_id"), Text(item, "slug"), Text(item, "version"), Text(item, "path") }.Where(part => part.Length > 0)) + ": " + Text(item, "message")];
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Comparison(JsonElement verification)
    {
        var differences = verification.GetProperty("differences");
        yield return ["compared", $"{Number(verification, "installations")} installations: {Number(verification, "files_served")} files over the host's route, {Number(verification, "files_kept")} in the store, {Number(verification, "rows")} rows"];
        yield return ["differences", $"{differences.GetArrayLength()}"];
        foreach (var difference in differences.EnumerateArray().Take(ShownDifferences))
            yield return ["", difference.GetString()!];
        if (Number(verification, "freeable_bytes") > 0)
            yield return ["can be freed", $"{Size(verification, "freeable_bytes")}: the old folders of plugins may be removed now"];
    }

    private static string Conclusion(JsonElement said) => Text(said, "state") switch
    {
        "planned" => "Nothing was changed. Without --dry-run this is what is done.",
        "nothing_to_do" => "Everything was migrated before. Nothing was changed.",
        "applied" => "Done, not compared. Compare with: berth migrate --verify",
        "verified" => "Done and compared: every byte and every row is what it was.",
        "different" => "Not whole: see the differences. Undo with: berth migrate --rollback",
        "rolled_back" => "The run is undone.",
        _ => "",
    } + (Text(said, "report_file") is { Length: > 0 } file ? $" The whole report: {file}" : "");

    private static long Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetInt64() : 0;

    private static string Size(JsonElement element, string name)
    {
        double size = Number(element, name);
        foreach (var unit in new[] { "bytes", "KB", "MB" })
        {
            if (Math.Abs(size) < 1000)
                return size.ToString(unit == "bytes" ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + unit;
            size /= 1000;
        }

        return size.ToString("0.0", CultureInfo.InvariantCulture) + " GB";
    }
}
