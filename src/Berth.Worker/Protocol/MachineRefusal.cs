namespace Berth.Worker.Protocol;

/// <summary>What the host's machine refused, on its way to a worker: there it is the exception that it would be in the host's own process.</summary>
internal sealed class MachineRefusal(string code, string reason) : Exception(reason)
{
    private const string NotFound = "not_found";
    private const string Unauthorized = "unauthorized";
    private const string Io = "io";
    private const string Invalid = "invalid";

    /// <summary>Which of them it is.</summary>
    public string Code => code;

    /// <summary>The refusal of an exception; <see langword="null"/> for one that is none.</summary>
    public static MachineRefusal? Of(Exception exception) => exception switch
    {
        FileNotFoundException => new MachineRefusal(NotFound, exception.Message),
        UnauthorizedAccessException => new MachineRefusal(Unauthorized, exception.Message),
        IOException => new MachineRefusal(Io, exception.Message),
        InvalidOperationException => new MachineRefusal(Invalid, exception.Message),
        _ => null,
    };

    /// <summary>The exception at the other end.</summary>
    public static Exception ToException(string? code, string reason) => code switch
    {
        NotFound => new FileNotFoundException(reason),
        Unauthorized => new UnauthorizedAccessException(reason),
        Invalid => new InvalidOperationException(reason),
        _ => new IOException(reason),
    };
}
