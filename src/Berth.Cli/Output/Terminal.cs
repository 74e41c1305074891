namespace Berth.Cli.Output;

/// <summary>Everything of the outside that a command touches besides files and the network, so that a test can be the terminal.</summary>
internal sealed record Terminal
{
    /// <summary>Data.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress, prompts and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Answers, and secrets for <c>-</c>.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether a person reads <see cref="Out"/>.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether a person reads <see cref="Error"/>.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether a person types into <see cref="In"/>.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Reads an environment variable; empty counts as unset.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Reads a line without showing it.</summary>
    public required Func<string> ReadSecret { get; init; }

    /// <summary>Whether the reader asked for no colours (https://no-color.org).</summary>
    public bool NoColor => Variable("NO_COLOR") is not null || string.Equals(Variable("TERM"), "dumb", StringComparison.Ordinal);

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        InIsTerminal = !Console.IsInputRedirected,
        Variable = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null,
        ReadSecret = ReadHidden,
    };

    private static string ReadHidden()
    {
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (!char.IsControl(key.KeyChar))
            {
                typed.Append(key.KeyChar);
            }
        }

        return typed.ToString();
    }
}
