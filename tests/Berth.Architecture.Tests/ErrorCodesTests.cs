using System.Text;
using System.Text.RegularExpressions;

namespace Berth.Architecture.Tests;

public sealed partial class ErrorCodesTests
{
    private static readonly string Docs = Path.Combine(RepositoryFiles.Root, "docs");

    // Texts of the same form that are no error codes: events, actions of the audit, attributes of spans, scopes of a name.
    private static readonly string[] NoCodes =
    [
        "advisory.import",
        "bundle.berthbundle",
        "bundle.sig",
        "github.com",
        "host.sock",
        "instance.quarantine",
        "instance.release",
        "instance.unwant",
        "instance.want",
        "key.add",
        "key.retire",
        "key.revoke",
        "limits.override",
        "module.configure",
        "module.require",
        "operation.code",
        "operation.kind",
        "operation.status",
        "operation.step",
        "package.add_private",
        "package.channel",
        "package.countersign",
        "package.delete",
        "package.deprecate",
        "package.hold",
        "package.optimize",
        "package.publish",
        "package.publishing",
        "package.sign",
        "package.transfer",
        "package.transfer_offer",
        "package.trust",
        "package.unyank",
        "package.yank",
        "plugin.auto_update",
        "plugin.bulk",
        "plugin.call",
        "plugin.code",
        "plugin.configure",
        "plugin.disable",
        "plugin.enable",
        "plugin.grants",
        "plugin.install",
        "plugin.outcome",
        "plugin.pin",
        "plugin.repair",
        "plugin.rollback",
        "plugin.slug",
        "plugin.uninstall",
        "plugin.update",
        "plugin.variant",
        "plugin.version",
        "publisher.create",
        "publisher.invite",
        "publisher.member",
        "publisher.proof",
        "publisher.remove",
        "publisher.rename",
        "publisher.verify",
        "publishing.bind",
        "publishing.exchange",
        "publishing.unbind",
        "review.appeal",
        "review.approve",
        "review.reject",
        "scan.indicator_remove",
        "scan.start",
        "share.accept",
        "share.decline",
        "share.offer",
        "share.withdraw",
        "slug.release",
        "slug.reserve",
        "token.create",
        "token.revoke",
        "trust.decide_request",
        "trust.expire",
        "trust.lift_quarantine",
        "trust.lift_violation",
        "trust.quarantine",
        "trust.request",
        "trust.set_policy",
        "trust.violation",
        "user.create",
        "user.delete",
        "webhook.change",
        "webhook.create",
        "webhook.delete",
        "webhook.disable",
        "webhook.replay",
        "webhook.rotate",
        "webhook.site",
    ];

    [Fact]
    public void Every_error_code_in_the_code_is_listed_in_the_pages()
    {
        var documented = Pages().SelectMany(page => page.Codes).ToHashSet(StringComparer.Ordinal);
        var families = documented.Select(Family).ToHashSet(StringComparer.Ordinal);
        families.Count.ShouldBeGreaterThan(10);
        // The command line's own codes stand in docs/cli.md with their exit codes.
        RepositoryFiles.Sources("src").Where(file => !file.Contains("/Berth.Cli/", StringComparison.Ordinal))
            .SelectMany(file => CodeInSource().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value))
            .Where(code => families.Contains(Family(code)) && !documented.Contains(code))
            .Where(code => !NoCodes.Contains(code, StringComparer.Ordinal) && !code.EndsWith(".json", StringComparison.Ordinal) && !code.EndsWith(".lock", StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_index_of_error_codes_is_complete()
    {
        var index = Path.Combine(Docs, "errors.md");
        var expected = Index();
        var written = File.Exists(index) ? await File.ReadAllTextAsync(index) : "";
        if (written != expected)
            await File.WriteAllTextAsync(Path.ChangeExtension(index, ".received.txt"), expected);
        written.ShouldBe(expected, "docs/errors.md is made from the pages in docs/errors: copy docs/errors.received.txt over it.");
    }

    private static string Index()
    {
        var text = new StringBuilder(
            """
            # Error codes

            Every error answer carries a stable `code`. The page beside each code says what it means and what to do; a code that
            several parts give stands on the page of each.

            | code | explained in |
            |---|---|

            """);
        var rows = Pages().SelectMany(page => page.Codes.Select(code => (Code: code, page.Name))).Distinct()
            .GroupBy(row => row.Code, row => row.Name, StringComparer.Ordinal).OrderBy(row => row.Key, StringComparer.Ordinal);
        foreach (var row in rows)
            text.Append("| `").Append(row.Key).Append("` | ").AppendJoin(", ", row.Order(StringComparer.Ordinal).Select(name => $"[{name}](errors/{name}.md)")).AppendLine(" |");
        return text.ToString();
    }

    private static IEnumerable<(string Name, IReadOnlyList<string> Codes)> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Docs, "errors"), "*.md").Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileNameWithoutExtension(file),
                (IReadOnlyList<string>)[.. CodeInDocs().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value)]));

    private static string Family(string code) => code[..code.IndexOf('.', StringComparison.Ordinal)];

    [GeneratedRegex("\"(?<code>[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CodeInSource();

    [GeneratedRegex("^\\| `(?<code>[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CodeInDocs();
}
