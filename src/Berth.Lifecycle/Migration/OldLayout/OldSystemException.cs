namespace Berth.Lifecycle.Migration.OldLayout;

/// <summary>The old system cannot be read at all. Nothing was changed.</summary>
/// <param name="code">Dotted, listed in docs/errors.</param>
/// <param name="message">What is wrong and what to do.</param>
public sealed class OldSystemException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Dotted, listed in docs/errors.</summary>
    public string Code { get; } = code;
}
