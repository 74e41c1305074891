using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Berth.Cli.Commands;

/// <summary>The options that every command has.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Output for programs.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON objects, one a line, each with schemaVersion", Recursive = true };

    /// <summary>Data and errors only.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print data and errors only", Recursive = true };

    /// <summary>Which profile.</summary>
    public Option<string?> Profile { get; } = new("--profile") { Description = "Use this profile [env: BERTH_PROFILE]", Recursive = true, HelpName = "name" };

    /// <summary>Which server.</summary>
    public Option<string?> Server { get; } = new("--server") { Description = "Address of the host [env: BERTH_SERVER; default: http://localhost:4001]", Recursive = true, HelpName = "url" };

    /// <summary>Whom an administrator acts for.</summary>
    public Option<string?> User { get; } = new("--user") { Description = "Act for this user: an id or a name (administrators)", Recursive = true, HelpName = "user" };

    /// <summary>Yes to every question.</summary>
    public Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Answer every question with yes", Recursive = true };

    /// <summary>No questions.</summary>
    public Option<bool> NoInput { get; } = new("--no-input") { Description = "Never ask: fail instead", Recursive = true };

    /// <summary>Only say what would be done.</summary>
    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be done, change nothing", Recursive = true };

    /// <summary>The longest wait for one answer of a server.</summary>
    public Option<TimeSpan?> Timeout { get; } = new("--timeout")
    {
        Description = "Longest wait for one answer of the server: 30, 30s, 2m or 500ms [default: 100s]",
        Recursive = true,
        HelpName = "time",
        CustomParser = ReadTime,
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [Json, Quiet, Profile, Server, User, Yes, NoInput, DryRun, Timeout];

    private static TimeSpan? ReadTime(ArgumentResult result)
    {
        var text = result.Tokens[^1].Value;
        var number = text.TrimEnd('s', 'm');
        double? unit = text[number.Length..] switch { "" or "s" => 1, "ms" => 0.001, "m" => 60, _ => null };
        if (unit is not null && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount * unit is > 0 and <= 86_400)
        {
            return TimeSpan.FromSeconds(amount * unit.Value);
        }

        result.AddError($"\"{text}\" is no time for --timeout: write 30, 30s, 2m or 500ms, at most a day.");
        return null;
    }
}
