using System.Text.RegularExpressions;

namespace Berth.Architecture.Tests;

/// <summary>Every way out of the server goes through the guard, or stands in the documentation with its reason.</summary>
public sealed partial class OutgoingConnectionsTests
{
    private const string Guard = "src/Berth.Server/Outgoing/";
    private static readonly string[] Parts = ["/Berth.Server/", "/Berth.Registry/", "/Berth.Lifecycle/", "/Berth.Host/", "/Berth.Data/", "/Berth.Packaging/", "/Berth.Console/"];

    [Fact]
    public void Every_client_goes_through_the_guard_or_is_listed_with_its_reason()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "web-protection.md"));
        var list = page[page.IndexOf("<!-- outgoing -->", StringComparison.Ordinal)..page.IndexOf("<!-- end of outgoing -->", StringComparison.Ordinal)];
        var listed = Listed().Matches(list).Select(match => match.Groups["file"].Value).ToList();

        var found = RepositoryFiles.Sources("src")
            .Where(file => Parts.Any(part => file.Contains(part, StringComparison.Ordinal)))
            .Select(file => (Name: Path.GetRelativePath(RepositoryFiles.Root, file).Replace('\\', '/'), Text: File.ReadAllText(file)))
            .Where(file => !file.Name.StartsWith(Guard, StringComparison.Ordinal) && Client().Count(file.Text) > Guarded().Count(file.Text))
            .Select(file => file.Name)
            .Order(StringComparer.Ordinal).ToList();

        found.Count.ShouldBeGreaterThan(3, "the search must find something");
        found.Except(listed, StringComparer.Ordinal).ShouldBeEmpty("use PublicConnections.Handler, or list the file with its reason in docs/web-protection.md");
        listed.Except(found, StringComparer.Ordinal).ShouldBeEmpty("these no longer connect to anything: take them off the list in docs/web-protection.md");
        list.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ShouldAllBe(line => line.Split('|', StringSplitOptions.None)[2].Trim().Length > 15, "a reason is a sentence");
    }

    // Whatever opens a connection to elsewhere by itself.
    [GeneratedRegex(@"\bnew HttpClient\(|HttpClient _\w+ = new\(|\bHttpClient\(\)|\bHttpClient client\b|\bHttpClient \w+\(|AddHttpClient\(|AddHttpClientInstrumentation\(|new SocketsHttpHandler|SocketsHttpHandler \w+\(\) => new|new HttpClientHandler|new TcpClient|new UdpClient|new ClientWebSocket|WebRequest\.Create|new SmtpClient|SocketType\.(Stream|Dgram), ProtocolType\.(Tcp|Udp)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Client();

    [GeneratedRegex(@"PublicConnections\.Handler\(|GitHubConnections\.Handler\(", RegexOptions.NonBacktracking)]
    private static partial Regex Guarded();

    [GeneratedRegex("^\\| `(?<file>[^`]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Listed();
}
