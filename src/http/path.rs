//! Segments of paths, typed: what can't be the name of anything is not found.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::error::{Error, Result};
use crate::values::{FeedFormat, Reference};

/// The path's parameters, in order, each read into its type. What does not fit is 404, like a name that does not exist.
pub struct Path<T>(pub T);

/// A type that a path segment can be read into.
pub trait Segment: Sized {
    /// Reads a decoded segment; `None` when it can't be one.
    fn read(segment: &str) -> Option<Self>;
}

impl Segment for Reference {
    fn read(segment: &str) -> Option<Self> {
        Reference::parse(segment).ok()
    }
}

impl Segment for uuid::Uuid {
    fn read(segment: &str) -> Option<Self> {
        Reference::parse(segment).ok()?.id()
    }
}

impl Segment for FeedFormat {
    fn read(segment: &str) -> Option<Self> {
        let mut formats = Self::ALL.into_iter();
        formats.find(|format| format.file() == segment)
    }
}

/// A position in a sequence, or an id: an update of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberOrId {
    /// By its number.
    Number(i32),
    /// By its id.
    Id(uuid::Uuid),
}

impl Segment for NumberOrId {
    fn read(segment: &str) -> Option<Self> {
        if segment.len() < 10
            && segment.bytes().all(|byte| byte.is_ascii_digit())
            && !segment.starts_with('0')
        {
            return segment.parse().ok().map(Self::Number);
        }
        Reference::parse(segment).ok()?.id().map(Self::Id)
    }
}

/// The number of a version, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number(pub i32);

impl Segment for Number {
    fn read(segment: &str) -> Option<Self> {
        match NumberOrId::read(segment)? {
            NumberOrId::Number(number) => Some(Self(number)),
            NumberOrId::Id(_) => None,
        }
    }
}

impl<A: Segment> FromRequest for Path<A> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut segments = request.match_info().iter().map(|(_, segment)| segment);
        ready(
            segments
                .next()
                .and_then(A::read)
                .map(Path)
                .ok_or_else(Error::not_found),
        )
    }
}

impl<A: Segment, B: Segment> FromRequest for Path<(A, B)> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut segments = request.match_info().iter().map(|(_, segment)| segment);
        let first = segments.next().and_then(A::read);
        let second = segments.next().and_then(B::read);
        ready(first.zip(second).map(Path).ok_or_else(Error::not_found))
    }
}

impl<A: Segment, B: Segment, C: Segment> FromRequest for Path<(A, B, C)> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut segments = request.match_info().iter().map(|(_, segment)| segment);
        let first = segments.next().and_then(A::read);
        let second = segments.next().and_then(B::read);
        let third = segments.next().and_then(C::read);
        let all = first.zip(second).zip(third);
        let path = all.map(|((first, second), third)| Path((first, second, third)));
        ready(path.ok_or_else(Error::not_found))
    }
}
