namespace Berth.Cli.Output;

/// <summary>Asks a person, on stderr, and only when a person is there.</summary>
internal sealed class Prompt(Terminal terminal, bool yes, bool noInput)
{
    /// <summary>Whether somebody can answer.</summary>
    public bool IsPossible => terminal.InIsTerminal && terminal.ErrorIsTerminal && !noInput;

    /// <summary>Whether <c>--yes</c> answered everything beforehand.</summary>
    public bool IsYes => yes;

    /// <summary>Asks a question whose default answer is no. Only when <see cref="IsPossible"/>.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        if (yes)
        {
            return true;
        }

        await terminal.Error.WriteAsync($"{SafeText.Of(question)} [y/N] ");
        await terminal.Error.FlushAsync(cancellationToken);
        // Reading a console cannot be cancelled, so the reading is left behind when a signal comes.
        var answer = await Task.Run(terminal.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return answer?.Trim().ToUpperInvariant() is "Y" or "YES";
    }

    /// <summary>Asks for something that must not be seen.</summary>
    /// <exception cref="CommandFailedException">Nobody can answer.</exception>
    public async Task<string> SecretAsync(string what, string instead, CancellationToken cancellationToken)
    {
        if (!IsPossible)
        {
            throw new CommandFailedException(ExitCode.Usage, "client.no_terminal", $"The {what} is missing and there is no terminal to ask on.", instead);
        }

        await terminal.Error.WriteAsync($"{what}: ");
        await terminal.Error.FlushAsync(cancellationToken);
        var secret = await Task.Run(terminal.ReadSecret, cancellationToken).WaitAsync(cancellationToken);
        await terminal.Error.WriteLineAsync();
        return secret;
    }

    /// <summary>Reads one line from stdin, for an argument written as <c>-</c>.</summary>
    /// <exception cref="CommandFailedException">The input is empty.</exception>
    public async Task<string> ReadLineAsync(string what, CancellationToken cancellationToken)
    {
        var line = await Task.Run(terminal.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
        return line?.Trim() is { Length: > 0 } text
            ? text
            : throw new CommandFailedException(ExitCode.Usage, "client.empty_input", $"The {what} was to be read from standard input, which is empty.");
    }
}
