using System.Text.Json;
using System.Text.RegularExpressions;

namespace Berth.Architecture.Tests;

/// <summary>docs/worker-protocol.md names all that the two ends of the protocol have.</summary>
public sealed partial class WorkerProtocolPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFiles.Root, "docs", "worker-protocol.md"));

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE"];

    [Fact]
    public void It_names_every_route_of_the_broker()
    {
        var routes = Found("src/Berth.Host/Isolation/Worker/Broker/BrokerRoutes.cs", CaseRoute());
        routes.Count.ShouldBeGreaterThan(10);
        routes.ShouldAllBe(route => Methods.Any(method => Page.Contains($"{method} {route}`", StringComparison.Ordinal) || Page.Contains($"{method} {route}?", StringComparison.Ordinal)));
    }

    [Fact]
    public void It_names_every_route_of_the_control_socket()
    {
        var routes = Found("src/Berth.Worker/Control/ControlHandler.cs", ArmRoute());
        routes.Count.ShouldBeGreaterThan(7);
        routes.ShouldAllBe(route => Page.Contains($"\n| `{route}`", StringComparison.Ordinal) || Page.Contains($"\n| `{route}?", StringComparison.Ordinal));
    }

    [Fact]
    public void It_names_every_header_exit_code_and_outcome_and_the_version()
    {
        const string Protocol = "src/Berth.Worker/Protocol/WorkerProtocol.cs";
        var headers = Found(Protocol, Header());
        headers.Count.ShouldBe(6);
        headers.ShouldAllBe(header => Page.Contains($"| `{header}` |", StringComparison.Ordinal));
        var codes = Found(Protocol, ExitCode());
        codes.Count.ShouldBe(4);
        codes.ShouldAllBe(code => Page.Contains($"| {code} | ", StringComparison.Ordinal));
        Page.ShouldContain($"**protocol {Found(Protocol, ProtocolVersion())[0]}**");
        Found("src/Berth.Worker/Protocol/WorkerMessages.cs", Text()).ShouldAllBe(kind => Page.Contains($"`{kind}`", StringComparison.Ordinal));
    }

    [Fact]
    public void It_names_every_member_of_the_hello()
    {
        var members = Found("src/Berth.Worker/Protocol/WorkerHello.cs", Member()).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName).ToList();
        members.Count.ShouldBeGreaterThan(20);
        members.ShouldAllBe(member => Page.Contains($"`{member}`", StringComparison.Ordinal));
    }

    private static List<string> Found(string file, Regex pattern) =>
        [.. pattern.Matches(File.ReadAllText(Path.Combine(RepositoryFiles.Root, file))).Select(match => match.Groups["found"].Value)];

    [GeneratedRegex("""case "(?<found>/[^"]+)":""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CaseRoute();

    [GeneratedRegex("""^\s+"(?<found>/[^"]+)" =>""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex ArmRoute();

    [GeneratedRegex("""const string \w+Header = "(?<found>[^"]+)";""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Header();

    [GeneratedRegex("""^        public const int \w+ = (?<found>\d+);""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.Multiline)]
    private static partial Regex ExitCode();

    [GeneratedRegex("""const int Version = (?<found>\d+);""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ProtocolVersion();

    [GeneratedRegex("""public const string \w+ = "(?<found>[^"]+)";""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Text();

    [GeneratedRegex("""public (?:required )?[\w<>?, ]+ (?<found>\w+) \{ get; init; \}""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Member();
}
