using Berth.Cli.Output;

namespace Berth.Cli.Tests;

/// <summary>What one run of <c>berth</c> left behind.</summary>
internal sealed record CliResult(ExitCode Exit, string Out, string Error)
{
    public IReadOnlyList<string> Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public System.Text.Json.JsonElement Json => System.Text.Json.JsonDocument.Parse(Out).RootElement;

    public System.Text.Json.JsonElement ErrorJson => System.Text.Json.JsonDocument.Parse(Error).RootElement;
}

/// <summary>Runs <c>berth</c> in this process, with a home and an environment of its own.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly Dictionary<string, string> _environment = [];

    public CliRun(string? server = null, string? token = "berth_pat_test")
    {
        Folder = Directory.CreateTempSubdirectory("berth-cli-").FullName;
        _environment["XDG_CONFIG_HOME"] = Folder;
        if (server is not null)
        {
            _environment["BERTH_SERVER"] = server;
        }

        if (token is not null)
        {
            _environment["BERTH_TOKEN"] = token;
        }
    }

    public string Folder { get; }

    public string? Token => _environment.GetValueOrDefault("BERTH_TOKEN");

    public string ConfigFile => Path.Combine(Folder, "berth", "config.json");

    public string CredentialsFile => Path.Combine(Folder, "berth", "credentials.json");

    public string Input { get; set; } = "";

    public string Secret { get; set; } = "";

    public bool IsTerminal { get; set; }

    /// <summary>Hears all that was written to stderr so far, with each piece.</summary>
    public Action<string>? ErrorHeard { get; set; }

    public string? this[string variable]
    {
        set
        {
            _environment.Remove(variable);
            if (value is not null)
            {
                _environment[variable] = value;
            }
        }
    }

    public async Task<CliResult> RunAsync(params string[] arguments) => await RunAsync(CancellationToken.None, arguments);

    public async Task<CliResult> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new HeardWriter(ErrorHeard);
        using var input = new StringReader(Input);
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            In = input,
            OutIsTerminal = IsTerminal,
            ErrorIsTerminal = IsTerminal,
            InIsTerminal = IsTerminal,
            Variable = name => _environment.GetValueOrDefault(name),
            ReadSecret = () => Secret,
        };
        var exit = await CommandLine.RunAsync(arguments, terminal, cancellationToken);
        return new CliResult(exit, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private sealed class HeardWriter(Action<string>? heard) : StringWriter
    {
        public override void Write(string? value)
        {
            base.Write(value);
            heard?.Invoke(ToString());
        }

        public override void WriteLine(string? value) => Write(value + NewLine);
    }
}
