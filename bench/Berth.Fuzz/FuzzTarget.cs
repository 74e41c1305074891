using System.Text;

namespace Berth.Fuzz;

/// <summary>One reader of input that nobody may trust.</summary>
internal abstract class FuzzTarget
{
    public abstract string Name { get; }

    /// <summary>Inputs that are read well.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Words of the format, so that the mutator need not find them.</summary>
    public virtual IEnumerable<string> Words => [];

    public virtual int MaxLength => 16 * 1024;

    /// <summary>
    /// Reads an input. Whatever it is, the reader gives a verdict: any exception is a finding, and so is a broken promise, which
    /// is thrown as <see cref="BrokenPromiseException"/>.
    /// </summary>
    public abstract void Run(byte[] input);

    protected static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    protected static void Promise(bool isKept, string promise)
    {
        if (!isKept)
            throw new BrokenPromiseException(promise);
    }
}

/// <summary>The reader took an input and did not do what it promises.</summary>
internal sealed class BrokenPromiseException(string promise) : Exception(promise);
