using System.Text;
using Berth.Data.Blobs;
using Berth.Server.Problems;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Berth.Server.Apis;

/// <summary>
/// The form or the document that asks for an installation from a file or a release. The file is staged as it arrives, with
/// its own buffer and under a name of our own; what the client calls it is never looked at.
/// </summary>
internal sealed class PackageForm : IAsyncDisposable
{
    private const int MaxFields = 16;
    private const int MaxFieldBytes = 8 * 1024;
    private const int GenericIoFault = unchecked((int)0x80131620);
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private PackageForm()
    {
    }

    /// <summary>The file, if there is one.</summary>
    public StagedBlob? File { get; private set; }

    /// <summary>A field's text.</summary>
    public string? this[string name] => _fields.GetValueOrDefault(name) is { Length: > 0 } text ? text : null;

    /// <summary>Capabilities the caller grants: a comma-separated field of the form, a list in the document.</summary>
    public IReadOnlyList<string>? Grant { get; private set; }

    /// <summary>Reads it to its end.</summary>
    /// <exception cref="BlobTooLargeException">The file is larger than allowed.</exception>
    public static async Task<PackageForm> ReadAsync(HttpContext context, IPackageBlobs blobs, long maxBytes)
    {
        var form = new PackageForm();
        try
        {
            if (context.Request.HasJsonContentType())
                form.Take(await RequestBody.ReadAsync<Document>(context));
            else
                await form.ReadFormAsync(context, blobs, maxBytes);
            return form;
        }
        catch
        {
            await form.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (File is not null)
            await File.DisposeAsync();
    }

    private async Task ReadFormAsync(HttpContext context, IPackageBlobs blobs, long maxBytes)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).ToString() is not { Length: > 0 and <= 200 } boundary)
        {
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "request.media_type",
                "Send multipart/form-data with 'method=local-file' and the package in 'file', or with 'method=github', 'repo_url' and 'version'.");
        }

        var reader = new MultipartReader(boundary, context.Request.Body);
        try
        {
            for (var count = 0; await reader.ReadNextSectionAsync(context.RequestAborted) is { } section; count++)
            {
                var name = section.GetContentDispositionHeader()?.Name.ToString().Trim('"') ?? "";
                if (count == MaxFields || (name == "file" && File is not null))
                    throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", $"The form has more than {MaxFields} fields, or more than one field 'file'.");
                if (name == "file")
                    File = await blobs.StageAsync(section.Body, maxBytes, context.RequestAborted);
                else
                    _fields[name] = await TextAsync(section.Body, context.RequestAborted);
            }
        }
        // The reader's own complaints; a disk's carry the system's error number instead.
        catch (Exception exception) when (exception is InvalidDataException or IOException { HResult: GenericIoFault } and not BadHttpRequestException)
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", "The form is malformed.");
        }

        Grant = this["grant"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> TextAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxFieldBytes
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.form", $"A field of the form is longer than {MaxFieldBytes} bytes.");
    }

    private void Take(Document document)
    {
        foreach (var (name, value) in new[] { ("method", document.Method), ("repo_url", document.RepoUrl), ("version", document.Version) })
            _fields[name] = value ?? "";
        Grant = document.Grant;
    }

    private sealed record Document(string? Method, string? RepoUrl, string? Version, IReadOnlyList<string>? Grant);
}
